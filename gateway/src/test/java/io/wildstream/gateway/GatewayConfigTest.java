// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.wildstream.gateway.testkit.Configs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {

    @Test
    void hasTheDocumentedDefaults() {
        // Given
        Map<String, String> nothing = Map.of();

        // When
        GatewayConfig config = Configs.gateway(nothing);

        // Then
        ConfigChecks.check(config);
        assertThat(config.topicPrefix()).isEqualTo("wildstream");
        assertThat(config.createTopics()).isTrue();
        assertThat(config.partitions()).isEqualTo(4);
        assertThat(config.instance()).isEqualTo("gateway-0");
        GatewayConfig.Gateway own = config.gateway();
        assertThat(own.token()).isEmpty();
        assertThat(own.maxPayload().asLongValue()).isEqualTo(ConfigChecks.LARGEST_PAYLOAD);
        assertThat(own.maxInFlightRecords()).isEqualTo(2048);
        assertThat(own.maxInFlightBytes().asLongValue()).isEqualTo(32L << 20);
        assertThat(own.totalInFlightBytes().asLongValue()).isEqualTo(64L << 20);
        assertThat(own.maxIngestCalls()).isEqualTo(32);
        assertThat(own.maxBacklog()).isEqualTo(200_000);
        assertThat(own.maxBacklogWait()).isEqualTo(Duration.ofMinutes(1));
        assertThat(own.deduplicationWindow()).isEqualTo(1_000_000);
        assertThat(own.maxWatches()).isEqualTo(256);
        assertThat(own.deliveryTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(own.observeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(own.checkpointTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(own.teacherTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(own.probeInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(own.shutdownGrace()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void takesEveryKey() {
        // Given
        Map<String, String> values = new HashMap<>();
        values.put("wildstream.topic-prefix", "other");
        values.put("wildstream.create-topics", "false");
        values.put("wildstream.partitions", "7");
        values.put("wildstream.instance", "gateway-3");
        values.put("wildstream.gateway.token", "0123456789abcdef");
        values.put("wildstream.gateway.max-payload", "1M");
        values.put("wildstream.gateway.max-in-flight-records", "10");
        values.put("wildstream.gateway.max-in-flight-bytes", "12M");
        values.put("wildstream.gateway.total-in-flight-bytes", "16M");
        values.put("wildstream.gateway.max-ingest-calls", "2");
        values.put("wildstream.gateway.max-backlog", "0");
        values.put("wildstream.gateway.max-backlog-wait", "5s");
        values.put("wildstream.gateway.deduplication-window", "10");
        values.put("wildstream.gateway.max-watches", "3");
        values.put("wildstream.gateway.delivery-timeout", "5s");
        values.put("wildstream.gateway.observe-timeout", "0s");
        values.put("wildstream.gateway.checkpoint-timeout", "7s");
        values.put("wildstream.gateway.teacher-timeout", "8s");
        values.put("wildstream.gateway.probe-interval", "500ms");
        values.put("wildstream.gateway.shutdown-grace", "1s");

        // When
        GatewayConfig config = Configs.gateway(values);

        // Then
        ConfigChecks.check(config);
        assertThat(config.topicPrefix()).isEqualTo("other");
        assertThat(config.createTopics()).isFalse();
        assertThat(config.gateway().token()).isEqualTo(Optional.of("0123456789abcdef"));
        assertThat(config.gateway().maxPayload().asLongValue()).isEqualTo(1 << 20);
        assertThat(config.gateway().probeInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource({
        "wildstream.topic-prefix, a b",
        "wildstream.partitions, 0",
        "wildstream.instance, ' '",
        "wildstream.gateway.token, short",
        "wildstream.gateway.max-payload, 8M",
        "wildstream.gateway.max-in-flight-records, 0",
        "wildstream.gateway.max-in-flight-bytes, 8M",
        "wildstream.gateway.total-in-flight-bytes, 1M",
        "wildstream.gateway.max-ingest-calls, 0",
        "wildstream.gateway.max-backlog, -1",
        "wildstream.gateway.max-backlog-wait, 10ms",
        "wildstream.gateway.deduplication-window, 0",
        "wildstream.gateway.max-watches, 0",
        "wildstream.gateway.delivery-timeout, 10ms",
        "wildstream.gateway.observe-timeout, 1h",
        "wildstream.gateway.checkpoint-timeout, 2h",
        "wildstream.gateway.teacher-timeout, 2h",
        "wildstream.gateway.probe-interval, 1ms",
        "wildstream.gateway.shutdown-grace, 10m"
    })
    void namesTheKeyOfAValueThatCannotWork(String key, String value) {
        // Given
        GatewayConfig config = Configs.gateway(Map.of(key, value));

        // When
        Throwable check = catchThrowable(() -> ConfigChecks.check(config));

        // Then
        assertThat(check).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key);
    }
}
