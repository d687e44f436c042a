// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.v1.Sample;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticTableTest {

    private static final int ROWS = 6000;

    @Test
    void aRowIsAFunctionOfSeedAndNumber() {
        SyntheticTable table = new SyntheticTable(3, 0.2);
        assertThat(table.sample(5)).isEqualTo(new SyntheticTable(3, 0.2).sample(5));
        assertThat(table.sample(5).getPayload()).isNotEqualTo(table.sample(6).getPayload());
        assertThat(table.sample(5).getPayload())
                .isNotEqualTo(new SyntheticTable(4, 0.2).sample(5).getPayload());
    }

    @Test
    void classesAreEquallyFrequentBesideTheNoise() {
        // Given
        SyntheticTable table = new SyntheticTable(1, 0.25);

        // When
        int[] labels = IntStream.range(0, ROWS).map(table::label).toArray();

        // Then
        for (int label = SyntheticTable.NONE; label < SyntheticTable.CLASSES; label++) {
            int wanted = label;
            assertThat(IntStream.of(labels).filter(found -> found == wanted).count())
                    .isCloseTo(ROWS / 4, within(150L));
        }
    }

    @Test
    void featuresLieAroundTheWaveOfTheirClass() {
        // Given
        SyntheticTable table = new SyntheticTable(2, 0.3);
        double sum = 0;
        int count = 0;

        // When
        for (int row = 0; row < ROWS; row++) {
            Sample sample = table.sample(row);
            assertThat(sample.getSource()).isEqualTo(table.label(row) < 0 ? "noise" : "table");
            if (table.label(row) == 1) {
                sum += sample.getPayload()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat(0);
                count++;
            }
        }

        // Then
        assertThat(sum / count).isCloseTo(0.6 * Math.sin(1.7), within(0.1));
    }
}
