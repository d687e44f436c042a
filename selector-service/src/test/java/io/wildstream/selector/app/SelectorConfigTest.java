// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorConfigTest {

    @Test
    void shouldHaveWorkingDefaults() {
        // Given
        var config = TestSettings.config(Map.of());

        // When
        ClusterConfig cluster = config.getConfigMapping(ClusterConfig.class);
        SelectorConfig selector = config.getConfigMapping(SelectorConfig.class);

        // Then
        ConfigCheck.check(cluster, selector);
        assertThat(cluster.topicPrefix()).isEqualTo("wildstream");
        assertThat(cluster.createTopics()).isTrue();
        assertThat(cluster.partitions()).isEqualTo(4);
        assertThat(cluster.instance()).isEqualTo("selector-0");
        assertThat(selector.stateDirectory()).isEqualTo(Path.of("data/selector"));
        assertThat(selector.threads()).isEqualTo(1);
        assertThat(selector.publishRejected()).isFalse();
        assertThat(selector.commitInterval()).isEqualTo(Duration.ofMillis(200));
        assertThat(selector.transactionTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(selector.sessionTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(selector.drift()).isTrue();
        assertThat(selector.driftDelta()).isEqualTo(1e-4);
    }

    @Test
    void shouldReadEveryKey() {
        // Given
        Map<String, String> properties = Map.ofEntries(
                Map.entry("wildstream.topic-prefix", "p"),
                Map.entry("wildstream.create-topics", "false"),
                Map.entry("wildstream.partitions", "8"),
                Map.entry("wildstream.instance", "selector-3"),
                Map.entry("wildstream.selector.state-directory", "elsewhere"),
                Map.entry("wildstream.selector.threads", "2"),
                Map.entry("wildstream.selector.publish-rejected", "true"),
                Map.entry("wildstream.selector.commit-interval", "1s"),
                Map.entry("wildstream.selector.transaction-timeout", "20s"),
                Map.entry("wildstream.selector.session-timeout", "30s"),
                Map.entry("wildstream.selector.drift", "false"),
                Map.entry("wildstream.selector.drift-delta", "0.01"));

        // When
        var config = TestSettings.config(properties);

        // Then
        ClusterConfig cluster = config.getConfigMapping(ClusterConfig.class);
        SelectorConfig selector = config.getConfigMapping(SelectorConfig.class);
        assertThat(cluster.topicPrefix()).isEqualTo("p");
        assertThat(cluster.createTopics()).isFalse();
        assertThat(cluster.partitions()).isEqualTo(8);
        assertThat(cluster.instance()).isEqualTo("selector-3");
        assertThat(selector.stateDirectory()).isEqualTo(Path.of("elsewhere"));
        assertThat(selector.threads()).isEqualTo(2);
        assertThat(selector.publishRejected()).isTrue();
        assertThat(selector.commitInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(selector.transactionTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(selector.sessionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(selector.drift()).isFalse();
        assertThat(selector.driftDelta()).isEqualTo(0.01);
    }

    @Test
    void shouldRefuseAMisspeltKey() {
        // Given
        var config =
                TestSettings.config(Map.of("wildstream.selector.comit-interval", "1s", "wildstream.teacher.x", "1"));

        // When
        var check = assertThatThrownBy(() -> ConfigCheck.checkNames(config.getPropertyNames()));

        // Then
        check.hasMessageContaining("wildstream.selector.comit-interval").hasMessageContaining("commit-interval");
    }

    @ParameterizedTest
    @CsvSource({
        "wildstream.topic-prefix, a b",
        "wildstream.partitions, 0",
        "wildstream.instance, a/b",
        "wildstream.selector.threads, 65",
        "wildstream.selector.commit-interval, 1ms",
        "wildstream.selector.transaction-timeout, 1s",
        "wildstream.selector.session-timeout, 1s",
        "wildstream.selector.drift-delta, 0"
    })
    void shouldNameTheKeyThatCannotWork(String key, String value) {
        // Given
        var config = TestSettings.config(Map.of(key, value));

        // When
        var check = assertThatThrownBy(() -> ConfigCheck.check(
                config.getConfigMapping(ClusterConfig.class), config.getConfigMapping(SelectorConfig.class)));

        // Then
        check.isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key);
    }
}
