// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.selector.Selector;
import io.wildstream.selector.metrics.SelectorMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The selector's life in its process: started beside the HTTP server, so that health can be asked for while it waits for Kafka, and
 * stopped with it. A configuration that cannot work stops the start; a Kafka that does not answer ends the process.
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
        Config all = ConfigProvider.getConfig();
        this.client = KafkaClients.settings(all.getPropertyNames(), name -> all.getOptionalValue(name, String.class));
        this.cluster = cluster;
        this.config = config;
        this.registry = registry;
    }

    /** The selector, once it runs. */
    Optional<Selector> selector() {
        return Optional.ofNullable(selector);
    }

    void start(@Observes StartupEvent event) {
        ConfigCheck.checkNames(ConfigProvider.getConfig().getPropertyNames());
        ConfigCheck.check(cluster, config);
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
            LOGGER.info("start given up: the process is ending");
        } catch (KafkaRefusedException e) {
            LOGGER.error("selector did not start: {}", e.getMessage());
            Quarkus.asyncExit(1);
        } catch (RuntimeException e) {
            LOGGER.error("selector did not start cause={}", e.toString(), e);
            Quarkus.asyncExit(1);
        }
    }
}
