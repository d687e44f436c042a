// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.Topics;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.testkit.ConfigContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorConfigTest {

    private final ConfigContract<SelectorConfig> contract =
            new ConfigContract<>(SelectorConfig.class, Map.of(), SelectorConfig::check);

    @Test
    void shouldHaveWorkingDefaults() {
        contract.hasDefaults(Map.of(
                "state-directory",
                Path.of("data/selector"),
                "threads",
                1,
                "publish-rejected",
                false,
                "commit-interval",
                Duration.ofMillis(200),
                "transaction-timeout",
                Duration.ofSeconds(10),
                "session-timeout",
                Duration.ofSeconds(10),
                "drift",
                true,
                "drift-delta",
                1e-4));
    }

    @Test
    void shouldReadEveryKey() {
        contract.readsEveryKey(
                Map.of(
                        "state-directory", "elsewhere",
                        "threads", "2",
                        "publish-rejected", "true",
                        "commit-interval", "1s",
                        "transaction-timeout", "20s",
                        "session-timeout", "30s",
                        "drift", "false",
                        "drift-delta", "0.01"),
                Map.of(
                        "state-directory",
                        Path.of("elsewhere"),
                        "threads",
                        2,
                        "publish-rejected",
                        true,
                        "commit-interval",
                        Duration.ofSeconds(1),
                        "transaction-timeout",
                        Duration.ofSeconds(20),
                        "session-timeout",
                        Duration.ofSeconds(30),
                        "drift",
                        false,
                        "drift-delta",
                        0.01));
    }

    @Test
    void shouldNameTheKeyThatCannotWork() {
        contract.refuses("""
                threads             | 0   | must be between 1 and 64, but is 0
                threads             | 65  | must be between 1 and 64, but is 65
                commit-interval     | 1ms | must be between 10ms and 5s, but is 1ms
                transaction-timeout | 1s  | must be between 1100ms and 15m, but is 1s
                session-timeout     | 1s  | must be between 6s and 30m, but is 1s
                drift-delta         | 0   | must be between 1.0E-12 and 0.1, but is 0.0
                """);
    }

    @Test
    void shouldMakeTheSettingsOfTheProcessing() {
        // Given
        var config = TestSettings.config(Map.of(
                "wildstream.topic-prefix", "p",
                "wildstream.create-topics", "false",
                "wildstream.partitions", "8",
                "wildstream.instance", "selector-3",
                "wildstream.selector.drift", "false"));
        ClusterConfig cluster = config.getConfigMapping(ClusterConfig.class);

        // When
        var settings = SelectorConfig.settings(cluster, config.getConfigMapping(SelectorConfig.class));

        // Then
        assertThat(settings.topics()).isEqualTo(new Topics("p"));
        assertThat(settings.createTopics()).isFalse();
        assertThat(settings.partitions()).isEqualTo(8);
        assertThat(settings.instance()).isEqualTo("selector-3");
        assertThat(settings.driftDelta()).isZero();
        assertThat(SelectorConfig.instance(TestSettings.config(Map.of()).getConfigMapping(ClusterConfig.class)))
                .isEqualTo("selector-0");
    }
}
