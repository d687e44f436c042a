// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.KafkaSettings;
import java.util.Map;

/** Configurations for tests that need no running gateway. */
public final class Configs {

    private Configs() {}

    /** The defaults with some values set. */
    public static GatewayConfig gateway(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(GatewayConfig.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(GatewayConfig.class);
    }

    /** Client settings for a Kafka address. */
    public static KafkaSettings kafka(String bootstrapServers) {
        return () -> Map.of("bootstrap.servers", bootstrapServers);
    }
}
