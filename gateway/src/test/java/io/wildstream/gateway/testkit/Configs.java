// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.KafkaSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.testkit.TestConfigs;
import java.util.Map;

/** Configurations for tests that need no running gateway. */
public final class Configs {

    private Configs() {}

    /** The defaults with some values set. */
    public static GatewayConfig gateway(Map<String, String> values) {
        return TestConfigs.read(GatewayConfig.class, values);
    }

    /** The defaults of the keys of all services with some values set. */
    public static ClusterConfig cluster(Map<String, String> values) {
        return TestConfigs.read(ClusterConfig.class, values);
    }

    /** Client settings for a Kafka address. */
    public static KafkaSettings kafka(String bootstrapServers) {
        return () -> Map.of("bootstrap.servers", bootstrapServers);
    }
}
