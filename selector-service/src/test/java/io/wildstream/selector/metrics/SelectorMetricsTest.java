// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.wildstream.contracts.testkit.MetricsCatalogue;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.selection.RuleReport;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.curriculum.Curriculum;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SelectorMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SelectorMetrics metrics = new SelectorMetrics(registry);

    @Test
    void shouldShowWhatTheCatalogueSaysAndNothingElse() {
        // When
        metrics.lag(() -> 1);
        metrics.horizon(() -> OptionalLong.of(7));
        metrics.sample(sample(3));
        metrics.curriculum("main").kept(3);
        metrics.reports(List.of(keepRate("main", 0.25)), Map.of("main", new RuleReport(List.of(0.5), 1)));

        // Then
        assertThat(MetricsCatalogue.shown(registry.scrape()))
                .containsExactlyInAnyOrderElementsOf(MetricsCatalogue.read().of("selector"));
    }

    @Test
    void shouldShowTheShareThatAPolicyAsksForIfItAsksForOne() {
        // Given
        Curriculum threshold = new Curriculum(
                "all",
                1,
                SelectionPolicy.newBuilder()
                        .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(1))
                        .build());
        Curriculum topN = new Curriculum(
                "top",
                1,
                SelectionPolicy.newBuilder()
                        .setTopNWindow(
                                TopNWindowPolicy.newBuilder().setWindow(100).setKeep(10))
                        .build());

        // When
        metrics.reports(List.of(threshold, topN, keepRate("main", 0.25)), Map.of());

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_selector_keep_rate_asked_ratio{curriculum=\"main\",} 0.25")
                .contains("wildstream_selector_keep_rate_asked_ratio{curriculum=\"top\",} 0.1")
                .doesNotContain("\"all\"");
    }

    @Test
    void shouldPutLabelsFromTheHundredthOnIntoOneSeries() {
        // When
        List.of(99, 100, 5000).forEach(label -> {
            metrics.sample(sample(label));
            metrics.curriculum("main").kept(label);
        });
        metrics.reports(List.of(), Map.of("main", new RuleReport(Collections.nCopies(5001, 0.5), 1)));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_selector_pseudo_labels_total{label=\"99\",} 1.0")
                .contains("wildstream_selector_pseudo_labels_total{label=\"other\",} 2.0")
                .contains("wildstream_selector_kept_total{curriculum=\"main\",label=\"other\",} 2.0")
                .contains("wildstream_selector_threshold{curriculum=\"main\",label=\"99\",}")
                .doesNotContain("label=\"100\"");
    }

    private static ScoredSample sample(int label) {
        return new ScoredSample(0, 0, 0.1, label, 6000);
    }

    private static Curriculum keepRate(String name, double rate) {
        return new Curriculum(
                name,
                1,
                SelectionPolicy.newBuilder()
                        .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate))
                        .build());
    }
}
