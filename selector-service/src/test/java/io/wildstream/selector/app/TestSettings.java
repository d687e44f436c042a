// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.contracts.Topics;
import io.wildstream.selector.SelectorSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings made from properties the way Quarkus makes them. */
public final class TestSettings {

    private TestSettings() {}

    /** A selector's settings as short as they may be. */
    public static SelectorSettings selector(Topics topics, String instance, int partitions, Path state) {
        SmallRyeConfig config = config(Map.of(
                "wildstream.topic-prefix",
                topics.prefix(),
                "wildstream.instance",
                instance,
                "wildstream.partitions",
                Integer.toString(partitions),
                "wildstream.selector.state-directory",
                state.toString(),
                "wildstream.selector.commit-interval",
                "100ms",
                "wildstream.selector.session-timeout",
                "6s",
                "wildstream.selector.transaction-timeout",
                "5s"));
        return SelectorConfig.settings(
                config.getConfigMapping(ClusterConfig.class), config.getConfigMapping(SelectorConfig.class));
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
