// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchReportTest {

    private final BenchReport report = report();

    @Test
    void dividesEachStageByTheSamples() {
        // When
        BenchReport.Cost cost = report.cluster();

        // Then
        assertThat(cost.cpuSecondsPerSample()).containsOnlyKeys("teacher", "selector");
        assertThat(cost.cpuSecondsPerSample().get("teacher")).isCloseTo(0.002, within(1e-12));
        assertThat(cost.totalPerSample()).isCloseTo(0.003, within(1e-12));
        assertThat(cost.cpuSecondsToStart()).isEqualTo(Map.of("teacher", 5.0));
    }

    @Test
    void showsMicrosecondsByProcessAndStage() {
        // When
        List<String> lines = report.lines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "1,000 samples, 100 kept, 60 steps; microseconds of processor time a sample",
                        "  cluster      teacher              2000.0",
                        "  cluster      selector             1000.0",
                        "  cluster      all                  3000.0",
                        "  one process  decode               1500.0",
                        "  one process  all                  1500.0",
                        "ratio 2.00");
    }

    @Test
    void isWrittenWithItsFieldNames() throws IOException {
        // When
        JsonNode json = new ObjectMapper().readTree(Json.text(report));

        // Then
        assertThat(json.at("/cluster/cpu_seconds_per_sample/teacher").asDouble())
                .isEqualTo(0.002);
        assertThat(json.at("/cluster/cpu_seconds_to_start/teacher").asDouble()).isEqualTo(5);
        assertThat(json.at("/one_process/total_per_sample").asDouble()).isEqualTo(0.0015);
        assertThat(json.at("/machine/processors").asInt()).isEqualTo(2);
        assertThat(json.at("/ratio").asDouble()).isEqualTo(2);
    }

    private static BenchReport report() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("teacher", 2.0);
        seconds.put("selector", 1.0);
        return new BenchReport(
                1000,
                100,
                60,
                new BenchReport.Machine(2, "17"),
                BenchReport.Cost.of(seconds, 1000, Map.of("teacher", 5.0)),
                BenchReport.Cost.of(Map.of("decode", 1.5), 1000, Map.of()),
                2);
    }
}
