// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BrokerPropertiesTest {

    private static final Path LOG = Path.of("log");

    @Test
    void withoutAHostNobodyElseCanConnect() {
        // Given // When
        Properties properties = BrokerProperties.of(LOG, 9092, 9093, null);

        // Then
        assertThat(properties)
                .containsEntry("listeners", "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093")
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:9092");
    }

    @Test
    void withAHostClientsFindItByThatAndTheControllerStaysOnLoopback() {
        // Given // When
        Properties properties = BrokerProperties.of(LOG, 9092, 9093, "kafka");

        // Then
        assertThat(properties)
                .containsEntry("listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093")
                .containsEntry("advertised.listeners", "PLAINTEXT://kafka:9092")
                .containsEntry("controller.quorum.voters", "1@127.0.0.1:9093");
    }
}
