// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.selection.RuleReport;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class RuleReportsTest {

    private static final TaskId FIRST = new TaskId(0, 0);
    private static final TaskId SECOND = new TaskId(0, 1);

    private final RuleReports reports = new RuleReports();

    @Test
    void shouldAverageThresholdsAndWarmSharesOverTheTasks() {
        // Given
        reports.set(FIRST, () -> Map.of("main", new RuleReport(List.of(0.2, Double.NaN), 1)));
        reports.set(SECOND, () -> Map.of("main", new RuleReport(List.of(0.4, 0.8, Double.NaN), 0.5)));

        // When
        RuleReport main = reports.reports().get("main");

        // Then: a label that one task has not seen is that of the others; one that none has seen has none
        assertThat(main.thresholds()).hasSize(3);
        assertThat(main.thresholds().get(0)).isEqualTo((0.2 + 0.4) / 2);
        assertThat(main.thresholds().get(1)).isEqualTo(0.8);
        assertThat(main.thresholds().get(2)).isNaN();
        assertThat(main.warm()).isEqualTo(0.75);
    }

    @Test
    void shouldAskTheTasksAtEachReport() {
        // Given
        double[] warm = {0.1};
        reports.set(FIRST, () -> Map.of("main", new RuleReport(List.of(), warm[0])));
        double before = reports.reports().get("main").warm();

        // When
        warm[0] = 0.9;

        // Then
        assertThat(before).isEqualTo(0.1);
        assertThat(reports.reports().get("main").warm()).isEqualTo(0.9);
    }

    @Test
    void shouldForgetATaskWithItsProblem() {
        // Given
        reports.set(FIRST, () -> Map.of("a", new RuleReport(List.of(1.0), 1)));
        reports.set(SECOND, () -> Map.of("b", new RuleReport(List.of(2.0), 1)));
        reports.problems(FIRST, "first is stuck");
        reports.problems(SECOND, "");
        String before = reports.problem();

        // When
        reports.clear(FIRST);

        // Then
        assertThat(before).isEqualTo("first is stuck");
        assertThat(reports.problem()).isEmpty();
        assertThat(reports.reports()).containsOnlyKeys("b");
    }

    @Test
    void shouldReportTheNewestChangeOfTheStream() {
        // Given
        DriftEvent earlier = DriftEvent.newBuilder().setOffset(1).build();
        DriftEvent newest = DriftEvent.newBuilder().setOffset(2).build();
        DriftEvent before = reports.lastDrift();

        // When
        reports.drift(earlier);
        reports.drift(newest);

        // Then
        assertThat(before).isNull();
        assertThat(reports.lastDrift()).isEqualTo(newest);
    }
}
