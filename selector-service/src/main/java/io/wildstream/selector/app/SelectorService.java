// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.selector.Selector;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.KafkaKeys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the selector in its process: beside the HTTP server, so that health can be requested while it waits for Kafka. An
 * invalid configuration prevents the start; the process ends when Kafka does not respond.
 */
@ApplicationScoped
class SelectorService {

    private static final Logger LOGGER = LoggerFactory.getLogger(SelectorService.class);

    private final Map<String, Object> client;
    private final ClusterConfig cluster;
    private final SelectorConfig config;
    private final MeterRegistry registry;
    private final Thread starter = new Thread(this::run, "selector-start");
    private volatile @Nullable Selector selector;

    SelectorService(ClusterConfig cluster, SelectorConfig config, MeterRegistry registry) {
        this.client = KafkaKeys.client(ConfigProvider.getConfig());
        this.cluster = cluster;
        this.config = config;
        this.registry = registry;
    }

    /** The selector, once it runs. */
    Optional<Selector> selector() {
        return Optional.ofNullable(selector);
    }

    void start(@Observes StartupEvent event) {
        starter.start();
    }

    void stop(@Observes ShutdownEvent event) {
        starter.interrupt();
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Selector running = selector;
        if (running != null) {
            running.close();
        }
    }

    private void run() {
        try {
            selector = new Selector(client, SelectorConfig.settings(cluster, config), new SelectorMetrics(registry));
        } catch (InterruptedException e) {
            LOGGER.info("start interrupted: the process is stopping");
        } catch (KafkaRefusedException e) {
            LOGGER.error("selector did not start: {}", e.getMessage());
            Quarkus.asyncExit(1);
        } catch (RuntimeException e) {
            LOGGER.error("selector did not start cause={}", e.toString(), e);
            Quarkus.asyncExit(1);
        }
    }
}
