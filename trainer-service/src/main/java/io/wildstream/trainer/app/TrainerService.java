// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.reference.ReferenceConfig;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.KafkaKeys;
import io.wildstream.trainer.StudentRunner;
import io.wildstream.trainer.condense.Condenser;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.metrics.TrainerMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the training thread and the heartbeat with the process, and ends both in order with it: the student is saved first. */
@ApplicationScoped
public class TrainerService {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainerService.class);
    /** Exit status of a trainer whose student was taken over: starting it again would take the student back. */
    private static final int FENCED = 3;

    private static final long STOP_SECONDS = 60;

    private final TrainerConfig config;
    private final ClusterConfig cluster;
    private final ReferenceConfig references;
    private final TrainerStatus status;
    private final MeterRegistry registry;
    private Runnable stopper = () -> {};
    private @Nullable Thread thread;
    private @Nullable StatusReporter reporter;

    TrainerService(
            TrainerConfig config,
            ClusterConfig cluster,
            ReferenceConfig references,
            TrainerStatus status,
            MeterRegistry registry) {
        this.config = config;
        this.cluster = cluster;
        this.references = references;
        this.status = status;
        this.registry = registry;
    }

    /** What the training thread says of itself. */
    @Produces
    @Singleton
    static TrainerStatus status(TrainerConfig config) {
        return new TrainerStatus(config.student());
    }

    void start(@Observes StartupEvent event) {
        try {
            KafkaClients.check(clientProperties());
        } catch (KafkaRefusedException e) {
            LOGGER.error("stopping: {}", e.getMessage());
            exitIfRefused(true);
            return;
        }
        Topics topics = cluster.topics();
        if (config.mode() == TrainerConfig.Mode.CONDENSE) {
            startCondenser(topics);
            return;
        }
        boolean learns = config.mode() == TrainerConfig.Mode.LEARN;
        StudentRunner made = new StudentRunner(
                config,
                clientProperties(),
                topics,
                cluster.createTopics() && learns,
                status,
                new TrainerMetrics(registry, status),
                ReferenceSettings.of(references));
        if (learns) {
            made.markIn(ClusterConfig.marks(cluster, config.instance(cluster)));
            startHeartbeat(topics);
        }
        long start = System.nanoTime();
        startThread(() -> train(made, start), made::stop);
    }

    private void startCondenser(Topics topics) {
        Condenser made = new Condenser(config, clientProperties(), topics, cluster.createTopics(), status);
        String instance = config.instance(cluster);
        made.markIn(ClusterConfig.marks(cluster, instance));
        StatusReporter reporting = new StatusReporter(
                clientProperties(), topics, instance, ServiceKind.SERVICE_KIND_CONDENSER, made::describe);
        made.onChange(reporting::reportNow);
        reporter = reporting;
        startThread(
                () -> {
                    made.run();
                    exitIfRefused(made.isRefused());
                },
                made::stop);
    }

    private static void exitIfRefused(boolean refused) {
        if (refused) {
            Quarkus.asyncExit(1);
        }
    }

    private void startThread(Runnable work, Runnable end) {
        Thread started = new Thread(work, "training");
        thread = started;
        stopper = end;
        started.start();
    }

    private void startHeartbeat(Topics topics) {
        String instance = config.instance(cluster);
        StatusReporter made = new StatusReporter(
                clientProperties(), topics, instance, ServiceKind.SERVICE_KIND_TRAINER, status::describe);
        status.onChange(made::reportNow);
        reporter = made;
    }

    private void train(StudentRunner made, long start) {
        made.run();
        if (made.isFenced()) {
            Quarkus.asyncExit(FENCED);
        }
        exitIfRefused(made.isRefused());
        if (config.mode() == TrainerConfig.Mode.VERIFY) {
            CheckpointManifest result = made.result();
            boolean written = result != null && writeVerification(result, System.nanoTime() - start);
            Quarkus.asyncExit(written ? 0 : 1);
        }
    }

    private boolean writeVerification(CheckpointManifest result, long nanos) {
        try {
            Verification.of(result, nanos).write(Path.of(config.checkpoints()));
            return true;
        } catch (IOException e) {
            LOGGER.error("verification not written directory={}", config.checkpoints(), e);
            return false;
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        Thread training = thread;
        if (training != null) {
            stopper.run();
            training.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (training.isAlive()) {
                LOGGER.error("training has not ended in time, its newest checkpoint counts seconds={}", STOP_SECONDS);
            }
        }
        StatusReporter reporting = reporter;
        if (reporting != null) {
            status.onChange(() -> {});
            reporting.close();
        }
    }

    private static Map<String, Object> clientProperties() {
        return KafkaKeys.client(ConfigProvider.getConfig());
    }
}
