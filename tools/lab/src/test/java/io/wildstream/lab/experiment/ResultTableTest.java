// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    @Test
    void aRowIsTheMeanAndDeviationOverSeeds() {
        // Given
        List<Measurement> measurements = List.of(
                measured("kd", 1, 0.80), measured("ce", 1, 0.70), measured("kd", 2, 0.84), measured("ce", 2, 0.70));

        // When
        ResultTable table = ResultTable.of(
                "x",
                "X",
                "./wildstream experiment x",
                List.of(1L, 2L),
                100,
                new TrialOutcome(measurements, List.of(new FeatureNorms("wild", 1, 8.5, 4.25, 12))),
                3);

        // Then
        assertThat(table.rows()).extracting(ResultTable.Row::arm).containsExactly("kd", "ce");
        assertThat(table.rows().get(0).mean()).isCloseTo(0.82, within(1e-12));
        assertThat(table.rows().get(0).deviation()).isCloseTo(0.04 / Math.sqrt(2), within(1e-12));
        assertThat(table.rows().get(1).deviation()).isEqualTo(0.0);
        assertThat(table.markdown())
                .contains(
                        "| wild | kd | 10 | 100 | 82.00 | 2.83 | 92.00 |",
                        "| wild | ce | 10 | 100 | 70.00 | 0.00 | 92.00 |",
                        "| wild | 1 | 8.500 | 4.250 | 12 |")
                .anyMatch(line -> line.contains("`./wildstream experiment x`") && line.contains("seeds 1, 2"));
    }

    @Test
    void oneSeedHasNoDeviation() {
        ResultTable table = ResultTable.of(
                "x", "X", "c", List.of(1L), 100, new TrialOutcome(List.of(measured("kd", 1, 0.8)), List.of()), 3);
        assertThat(table.rows().get(0).deviation()).isNull();
        assertThat(table.markdown()).contains("| wild | kd | 10 | 100 | 80.00 | - | 92.00 |");
    }

    private static Measurement measured(String arm, long seed, double accuracy) {
        return new Measurement("wild", arm, seed, 10, 100, accuracy, 0.5, 0.92, "");
    }
}
