// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetersTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry, Tags.of("student", "anna"));

    @Test
    void haveTheirNamesMeaningsAndLabels() {
        // Given
        AtomicLong nanos = new AtomicLong(1_500_000_000);

        // When
        meters.counter("wildstream_x_total", "Things", "kind", "a").increment(3);
        meters.gauge("wildstream_x_records", "Records that wait", () -> 7);
        meters.seconds("wildstream_x_seconds_total", "Time that was waited", nanos);

        // Then
        assertThat(registry.scrape())
                .contains("# HELP wildstream_x_total Things\n")
                .contains("wildstream_x_total{kind=\"a\",student=\"anna\",} 3.0\n")
                .contains("# HELP wildstream_x_records Records that wait\n")
                .contains("wildstream_x_records{student=\"anna\",} 7.0\n")
                .contains("wildstream_x_seconds_total{student=\"anna\",} 1.5\n");
    }

    @Test
    void aCounterThatExistsIsTheSame() {
        meters.counter("wildstream_x_total", "Things").increment();
        meters.counter("wildstream_x_total", "Things").increment();

        assertThat(registry.scrape()).contains("wildstream_x_total{student=\"anna\",} 2.0\n");
    }

    @Test
    void aGaugeTakesThePlaceOfTheEarlierOneWithTheSameLabelsAlone() {
        meters.gauge("wildstream_x_records", "Records that wait", () -> 7, "stage", "a");
        meters.gauge("wildstream_x_records", "Records that wait", () -> 5, "stage", "b");
        meters.gauge("wildstream_x_records", "Records that wait", () -> 8, "stage", "a");

        assertThat(registry.scrape())
                .contains("wildstream_x_records{stage=\"a\",student=\"anna\",} 8.0\n")
                .contains("wildstream_x_records{stage=\"b\",student=\"anna\",} 5.0\n")
                .doesNotContain(" 7.0");
    }

    @Test
    void durationsHaveOneScale() {
        // When
        new Meters(registry)
                .timer("wildstream_x_step_seconds", "Steps", "step", "a")
                .record(Duration.ofMillis(30));

        // Then
        String shown = registry.scrape();
        for (Duration bound : Meters.scale()) {
            int count = bound.compareTo(Duration.ofMillis(30)) < 0 ? 0 : 1;
            assertThat(shown).contains("le=\"" + bound.toNanos() / 1e9 + "\",} " + count + ".0");
        }
        assertThat(shown.lines().filter(line -> line.contains("_bucket"))).hasSize(Meters.scale().length + 1);
    }

    @Test
    void theScaleRisesAndIsNotShared() {
        // Given
        Duration[] changed = Meters.scale();

        // When
        Arrays.fill(changed, Duration.ZERO);

        // Then
        assertThat(Meters.scale()).isSorted().doesNotHaveDuplicates().startsWith(Duration.ofNanos(1000));
        assertThat(Meters.scale()[16]).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void agesMayHaveAScaleOfTheirOwn() {
        meters.timer("wildstream_x_age_seconds", "Ages", new Duration[] {Duration.ofMinutes(1), Duration.ofDays(1)})
                .record(Duration.ofHours(1));

        assertThat(registry.scrape())
                .contains("wildstream_x_age_seconds_bucket{student=\"anna\",le=\"60.0\",} 0.0")
                .contains("wildstream_x_age_seconds_bucket{student=\"anna\",le=\"86400.0\",} 1.0");
    }
}
