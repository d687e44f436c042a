// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.Topics;
import io.wildstream.service.testkit.ConfigContract;
import io.wildstream.service.testkit.TestConfigs;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {

    private final ConfigContract<ClusterConfig> contract =
            new ConfigContract<>(ClusterConfig.class, Map.of(), ClusterConfig::check);

    @Test
    void hasDefaults() {
        contract.hasDefaults(Map.of(
                "topic-prefix",
                "wildstream",
                "samples-topic",
                Optional.empty(),
                "create-topics",
                true,
                "partitions",
                4,
                "instance",
                Optional.empty(),
                "marks-directory",
                Optional.empty()));
    }

    @Test
    void readsEveryKey() {
        contract.readsEveryKey(
                Map.of(
                        "topic-prefix", "other",
                        "samples-topic", "photos",
                        "create-topics", "false",
                        "partitions", "10000",
                        "instance", "gateway-3.b_c",
                        "marks-directory", "/var/lib/marks"),
                Map.of(
                        "topic-prefix",
                        "other",
                        "samples-topic",
                        Optional.of("photos"),
                        "create-topics",
                        false,
                        "partitions",
                        10_000,
                        "instance",
                        Optional.of("gateway-3.b_c"),
                        "marks-directory",
                        Optional.of("/var/lib/marks")));
    }

    @Test
    void refusesWhatCannotWork() {
        contract.refuses("""
                partitions | 0     | must be between 1 and 10000, but is 0
                partitions | 10001 | must be between 1 and 10000, but is 10001
                instance   | a/b   | must be 1 to 100 letters, digits, '.', '_' or '-', but is 'a/b'
                """);
        assertThatThrownBy(() -> TestConfigs.read(ClusterConfig.class, Map.of("wildstream.topic-prefix", "a b"))
                        .check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wildstream.topic-prefix");
        assertThatThrownBy(() -> TestConfigs.read(ClusterConfig.class, Map.of("wildstream.partitions", "many")))
                .hasMessageContaining("wildstream.partitions")
                .hasMessageContaining("many");
    }

    @Test
    void namesTheTopics() {
        ClusterConfig config = TestConfigs.read(
                ClusterConfig.class, Map.of("wildstream.topic-prefix", "other", "wildstream.samples-topic", "photos"));

        assertThat(config.topics()).isEqualTo(Topics.of("other", Optional.of("photos")));
        assertThat(config.topics().samples()).isEqualTo("photos");
    }

    @Test
    void theKeysOfKafkasClientsLoseTheirPrefix() {
        // Given
        var config =
                TestConfigs.config(Map.of("kafka.bootstrap.servers", "broker:1", "kafka.security.protocol", "SSL"));

        // When // Then
        assertThat(KafkaKeys.client(config))
                .containsEntry("bootstrap.servers", "broker:1")
                .containsEntry("security.protocol", "SSL");
        assertThat(KafkaKeys.client(TestConfigs.config(Map.of()))).containsEntry("bootstrap.servers", "localhost:9092");
        assertThatThrownBy(() -> KafkaKeys.client(TestConfigs.config(Map.of("kafka.sasl.mechanism", ""))))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("kafka.sasl.mechanism");
    }
}
