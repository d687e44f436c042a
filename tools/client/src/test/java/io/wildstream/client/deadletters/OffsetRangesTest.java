// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetRangesTest {

    @Test
    void holdsWhatASetHoldsAndSurvivesBeingWritten() {
        // Given
        Random random = new Random(5);
        OffsetRanges ranges = OffsetRanges.parse("");
        BitSet expected = new BitSet();

        // When
        for (int i = 0; i < 300; i++) {
            int offset = random.nextInt(400);
            ranges.add(offset);
            expected.set(offset);
        }
        ranges.forgetBefore(101);
        expected.clear(0, 101);
        OffsetRanges read = OffsetRanges.parse(ranges.toString());

        // Then
        for (int offset = 0; offset < 410; offset++) {
            assertThat(read.contains(offset))
                    .as("offset %d of %s", offset, read)
                    .isEqualTo(expected.get(offset));
        }
        assertThat(read).hasToString(ranges.toString());
    }

    @Test
    void joinsNeighbours() {
        OffsetRanges ranges = OffsetRanges.parse("0-4,9");
        ranges.add(6);
        ranges.add(5);
        assertThat(ranges).hasToString("0-6,9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "3-1", "1-2-3", "-1", "1,,2"})
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> OffsetRanges.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
