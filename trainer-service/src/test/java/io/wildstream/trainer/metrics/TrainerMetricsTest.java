// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.wildstream.contracts.testkit.MetricsCatalogue;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.curriculum.TestSamples;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.metrics.TrainerMetrics.LineageEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TrainerStatus status = new TrainerStatus("anna");
    private final TrainerMetrics metrics = new TrainerMetrics(registry, status);

    @Test
    void shouldShowWhatTheCatalogueSaysAndNothingElse() {
        // When
        metrics.opened("main", LineageEvent.BEGUN);
        metrics.losses(Map.of("total", 1.0));
        metrics.checkpointed(1, List.of(List.of(0.9f, 0.1f), List.of(0.2f, 0.8f)));

        // Then
        assertThat(MetricsCatalogue.shown(registry.scrape()))
                .containsExactlyInAnyOrderElementsOf(MetricsCatalogue.read().of("trainer"));
    }

    @Test
    void shouldShowTheLossesOfTheSpecInUseOnly() {
        // When
        metrics.losses(Map.of("total", 1.0, "kd", 0.25));
        metrics.losses(Map.of("total", 2.0));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_trainer_loss{student=\"anna\",term=\"total\",} 2.0")
                .doesNotContain("term=\"kd\"");
    }

    @Test
    void shouldShowALossThatIsNoNumberUntilTheNextStep() {
        // When
        metrics.happened(LineageEvent.DIVERGED);
        String diverged = registry.scrape();
        metrics.losses(Map.of("total", 2.0));

        // Then
        assertThat(diverged)
                .contains("wildstream_trainer_loss{student=\"anna\",term=\"total\",} NaN")
                .contains("wildstream_trainer_lineage_events_total{event=\"diverged\",student=\"anna\",} 1.0");
        assertThat(registry.scrape()).contains("wildstream_trainer_loss{student=\"anna\",term=\"total\",} 2.0");
    }

    @Test
    void shouldShowTheDiagonalOfQAndItsLargestConfusions() {
        // When
        metrics.checkpointed(
                1, List.of(List.of(0.5f, 0.125f, 0.375f), List.of(0f, 1f, 0f), List.of(0.25f, 0.25f, 0.5f)));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_trainer_q_diagonal_ratio{label=\"0\",student=\"anna\",} 0.5")
                .contains("wildstream_trainer_q_confusion_ratio{label=\"0\",student=\"anna\",} 0.375")
                .contains("wildstream_trainer_q_confusion_ratio{label=\"1\",student=\"anna\",} 0.0")
                .contains("wildstream_trainer_q_confusion_ratio{label=\"2\",student=\"anna\",} 0.25");
    }

    @Test
    void whatWasStoredBeforeTheStudentBeganOrWasRolledBackIsNotHeldAgainstItsFreshness() {
        // Given
        TrainingSample old = TestSamples.stored(Instant.now().minusSeconds(3600));

        // When
        metrics.opened("main", LineageEvent.RESUMED);
        metrics.fresh(List.of(old));
        metrics.happened(LineageEvent.ROLLED_BACK);
        metrics.opened("main", LineageEvent.RESUMED);
        metrics.fresh(List.of(old, old, TestSamples.stored(Instant.now().plusSeconds(1))));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_trainer_freshness_seconds_count{student=\"anna\",} 2.0")
                .contains("wildstream_trainer_freshness_seconds_bucket{student=\"anna\",le=\"60.0\",} 1.0");
    }

    @Test
    void shouldBeInOneStateAtATime() {
        // When
        status.show(StudentState.STUDENT_STATE_PAUSED, "");

        // Then
        assertThat(registry.scrape().lines().filter(line -> line.startsWith("wildstream_trainer_state{")))
                .hasSize(5)
                .filteredOn(line -> line.endsWith(" 1.0"))
                .singleElement()
                .asString()
                .contains("state=\"paused\"");
    }
}
