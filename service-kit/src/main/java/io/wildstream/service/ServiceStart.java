// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks all keys and values before any part of a service starts, and says in one line what starts. A configuration that cannot work ends
 * the process with status 1; the last line of its log says what to change.
 */
@Singleton
class ServiceStart {

    private static final Logger LOGGER = LoggerFactory.getLogger(ServiceStart.class);
    private static final int FIRST = 1;
    private static final Pattern SECRET = Pattern.compile(".*(token|secret|password|access-key).*");

    private final ClusterConfig cluster;
    private final ServiceSettings service;

    ServiceStart(ClusterConfig cluster, ServiceSettings service) {
        this.cluster = cluster;
        this.service = service;
    }

    void check(@Observes @Priority(FIRST) StartupEvent event, Config config) {
        KnownKeys known = KnownKeys.of(mappings());
        known.check(config.getConfigSources());
        cluster.check();
        service.check();
        LOGGER.info(
                "{} {} starts instance={} settings={}",
                config.getValue("quarkus.application.name", String.class),
                config.getValue("quarkus.application.version", String.class),
                service.instance(),
                settings(known, config));
    }

    private Class<?>[] mappings() {
        List<Class<?>> mappings = new ArrayList<>(service.sharedKeys());
        mappings.add(ClusterConfig.class);
        mappings.add(service.keys());
        return mappings.toArray(Class<?>[]::new);
    }

    /** Every key that has a value, with that value unless it is a secret. */
    private static Map<String, String> settings(KnownKeys known, Config config) {
        Set<String> keys = new TreeSet<>(known.names());
        keys.add("kafka.bootstrap.servers");
        Map<String, String> settings = new TreeMap<>();
        for (String key : keys) {
            String value = config.getConfigValue(key).getValue();
            if (value != null) {
                settings.put(key, SECRET.matcher(key).matches() ? "***" : value);
            }
        }
        return settings;
    }
}
