// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings made from properties the way Quarkus makes them. */
final class TestSettings {

    private TestSettings() {}

    static ClusterConfig cluster(Topics topics, String instance, int partitions) {
        return config(Map.of(
                        "wildstream.topic-prefix", topics.prefix(),
                        "wildstream.instance", instance,
                        "wildstream.partitions", Integer.toString(partitions)))
                .getConfigMapping(ClusterConfig.class);
    }

    static SelectorConfig selector(Path state) {
        return config(Map.of(
                        "wildstream.selector.state-directory", state.toString(),
                        "wildstream.selector.commit-interval", "100ms",
                        "wildstream.selector.session-timeout", "6s",
                        "wildstream.selector.transaction-timeout", "5s"))
                .getConfigMapping(SelectorConfig.class);
    }

    static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(ClusterConfig.class)
                .withMapping(SelectorConfig.class)
                .withValidateUnknown(false)
                .addDiscoveredConverters()
                .withConverter(java.time.Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new PropertiesConfigSource(new HashMap<>(properties), "test", 500))
                .build();
    }
}
