// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.lab.report.Check;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakReportTest {

    @Test
    void tellsGrowthFromNoise() {
        // Given
        Series flat = series(500, 0);
        Series leaking = series(500, 120);

        // When
        SoakReport sound = report(flat, Map.of(), true);
        SoakReport grows = report(leaking, Map.of(), true);

        // Then
        assertThat(sound.sound()).isTrue();
        assertThat(grows.sound()).isFalse();
        assertThat(grows.lines())
                .anyMatch(line -> line.contains("teacher") && line.contains("resident MB") && line.endsWith("GROWS"));
        assertThat(sound.lines()).noneMatch(line -> line.endsWith("GROWS"));
    }

    @Test
    void doesNotJudgeTheWarmUp() {
        // Given
        Series series = new Series();
        series.add(0, 100);
        series.add(300, 900);
        series.add(600, 1000);
        series.add(1800, 1000);

        // When
        SoakReport report = report(series, Map.of(), true);

        // Then
        assertThat(report.sound()).isTrue();
    }

    @Test
    void underOverloadBuffersMayFillTheHeap() {
        // Given
        double start = 40;

        // When // Then
        assertThat(Quantity.HEAP.tolerance(start, true)).isGreaterThan(Quantity.HEAP.tolerance(start, false));
        assertThat(Quantity.MEMORY.tolerance(start, true)).isEqualTo(Quantity.MEMORY.tolerance(start, false));
    }

    @Test
    void aDeathOrAFailedCheckIsNotSound() {
        // Given
        Series flat = series(500, 0);

        // When // Then
        assertThat(report(flat, Map.of("teacher", 1), true).sound()).isFalse();
        assertThat(report(flat, Map.of(), false).sound()).isFalse();
    }

    private static Series series(double start, double perHour) {
        Series series = new Series();
        for (int second = 0; second <= 1800; second += 5) {
            series.add(second, start + perHour * second / 3600 + 3 * (second % 2));
        }
        return series;
    }

    private static SoakReport report(Series memory, Map<String, Integer> restarts, boolean holds) {
        Map<Quantity, Series> quantities = new EnumMap<>(Quantity.class);
        quantities.put(Quantity.MEMORY, memory);
        return new SoakReport(
                1,
                new SoakReport.Run(30, 600, 200, 20000, 2000, List.of("dfnd"), 1),
                SoakReport.measured(Map.of("teacher", quantities), 600, false),
                Map.of("broker", new SoakReport.Disk(1, 2, 3)),
                new SoakReport.Load(10, 1, 1, 0, 0),
                restarts,
                List.of(new Check("something", holds, "1 and 1")),
                1);
    }
}
