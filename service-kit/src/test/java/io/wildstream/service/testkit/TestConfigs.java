// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.testkit;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configurations read from properties the way Quarkus reads them, for tests that need no running service. */
public final class TestConfigs {

    private static final int ORDINAL = 500;

    private TestConfigs() {}

    /** One mapping's keys; what is not set has its default. */
    public static <C> C read(Class<C> mapping, Map<String, String> properties) {
        return config(properties, mapping).getConfigMapping(mapping);
    }

    /** A configuration with some mappings. */
    public static SmallRyeConfig config(Map<String, String> properties, Class<?>... mappings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withValidateUnknown(false)
                .withSources(new PropertiesConfigSource(properties, "test", ORDINAL));
        for (Class<?> mapping : mappings) {
            builder.withMapping(mapping);
        }
        return builder.build();
    }
}
