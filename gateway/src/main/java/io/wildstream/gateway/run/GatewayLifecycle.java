// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.run;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import io.wildstream.gateway.access.AccessPolicy;
import io.wildstream.gateway.api.Commands;
import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.ingest.Ingest;
import io.wildstream.gateway.watch.PipelineView;
import io.wildstream.gateway.watch.Watches;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the gateway's parts in order and stops them in reverse. A start that cannot work fails before the port opens. */
@Singleton
class GatewayLifecycle {

    private static final Logger LOGGER = LoggerFactory.getLogger(GatewayLifecycle.class);

    private final GatewayConfig config;
    private final Kafka kafka;
    private final ClusterState state;
    private final PipelineView view;
    private final Watches watches;
    private final Ingest ingest;
    private final Commands commands;
    private @Nullable StatusReporter reporter;

    /** Takes the access policy too, because making it refuses a gateway that anybody could call. */
    GatewayLifecycle(
            GatewayConfig config,
            Kafka kafka,
            ClusterState state,
            PipelineView view,
            Watches watches,
            Ingest ingest,
            Commands commands,
            AccessPolicy policy) {
        this.config = config;
        this.kafka = kafka;
        this.state = state;
        this.view = view;
        this.watches = watches;
        this.ingest = ingest;
        this.commands = commands;
    }

    void start(@Observes StartupEvent event) {
        kafka.ensureTopics();
        state.start();
        view.start();
        reporter = new StatusReporter(
                kafka.client(), kafka.topics(), kafka.instance(), ServiceKind.SERVICE_KIND_GATEWAY, this::report);
        LOGGER.info("gateway started instance={}", kafka.instance());
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        watches.stop();
        ingest.stop(config.gateway().shutdownGrace());
        commands.stop(config.gateway().shutdownGrace());
        view.stop();
        StatusReporter open = reporter;
        if (open != null) {
            open.close();
        }
        LOGGER.info("gateway stopped instance={}", kafka.instance());
    }

    private void report(InstanceStatus.Builder status) {
        String problem = view.isFresh() ? "" : "Kafka does not report its offsets";
        status.setProblem(Problems.joined(Stream.of(problem, state.obstacle())));
    }
}
