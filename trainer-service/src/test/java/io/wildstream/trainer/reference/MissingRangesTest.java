// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import static io.wildstream.contracts.v1.MissingReason.MISSING_REASON_CHANGED;
import static io.wildstream.contracts.v1.MissingReason.MISSING_REASON_GONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.MissingSamples;
import org.junit.jupiter.api.Test;

class MissingRangesTest {

    private final MissingRanges ranges = new MissingRanges();

    @Test
    void aBucketThatIsGoneIsOneDecision() {
        // When: a transaction's marker takes an offset now and then
        for (long offset = 0; offset < 100_000; offset++) {
            if (offset % 100 != 99) {
                ranges.add(offset, MISSING_REASON_GONE);
            }
        }

        // Then
        assertThat(ranges.size()).isEqualTo(1);
        assertThat(ranges.take())
                .containsExactly(MissingSamples.newBuilder()
                        .setFirstOffset(0)
                        .setLastOffset(99_998)
                        .setSamples(99_000)
                        .setReason(MISSING_REASON_GONE)
                        .build());
    }

    @Test
    void whatIsNotMissingAndAnotherReasonDivideDecisions() {
        // When
        ranges.add(1, MISSING_REASON_GONE);
        ranges.endRange();
        ranges.add(3, MISSING_REASON_GONE);
        ranges.add(4, MISSING_REASON_CHANGED);
        var first = ranges.take(7);
        ranges.add(5, MISSING_REASON_CHANGED);

        // Then
        assertThat(first)
                .extracting(range -> range.getFirstOffset() + ".." + range.getLastOffset() + " " + range.getFromStep())
                .containsExactly("1..1 7", "3..3 7", "4..4 7");
        assertThat(ranges.take())
                .extracting(range -> range.getFirstOffset() + " " + range.hasFromStep())
                .containsExactly("5 false");
        assertThat(ranges.take()).isEmpty();
    }
}
