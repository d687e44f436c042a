// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.wildstream.contracts.testkit.MetricsCatalogue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMetrics metrics = new GatewayMetrics(registry);

    @Test
    void shouldShowWhatTheCatalogueSaysAndNothingElse() {
        // When
        metrics.backlog(this, unused -> 1, unused -> 2);
        metrics.held(this, unused -> 3);
        metrics.streams("Ingest", List.of());
        metrics.called("Ingest", Status.Code.OK, Duration.ofMillis(3));
        metrics.topicRecords("samples", 4);
        metrics.leftOut("control", this, unused -> 9);
        metrics.stage("teacher", this, unused -> 5, unused -> 6);
        metrics.probeAge(this, unused -> 7);
        metrics.liveInstances("trainer", this, unused -> 8);

        // Then
        assertThat(MetricsCatalogue.shown(registry.scrape()))
                .containsExactlyInAnyOrderElementsOf(MetricsCatalogue.read().of("gateway"));
    }

    @Test
    void shouldShowTheNewestCountOfATopic() {
        // When
        metrics.topicRecords("samples", 4);
        metrics.topicRecords("samples", 9);

        // Then
        assertThat(registry.scrape()).contains("wildstream_gateway_topic_records_total{topic=\"samples\",} 9.0");
    }

    @Test
    void shouldShowTheNextApplicationInTheSameRegistry() {
        // Given
        metrics.streams("Ingest", List.of("a"));
        metrics.probeAge(this, unused -> 7);

        // When
        metrics.close();
        GatewayMetrics next = new GatewayMetrics(registry);
        next.streams("Ingest", List.of("a", "b"));

        // Then
        assertThat(registry.get(GatewayMetrics.STREAMS).gauge().value()).isEqualTo(2);
        assertThat(registry.scrape()).doesNotContain(GatewayMetrics.PROBE_AGE);
    }
}
