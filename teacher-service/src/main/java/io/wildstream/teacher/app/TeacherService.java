// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.engine.ModelStore;
import io.wildstream.reference.ReferenceConfig;
import io.wildstream.reference.ReferenceReader;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.KafkaKeys;
import io.wildstream.teacher.BrokenInvariantException;
import io.wildstream.teacher.TeacherMetrics;
import io.wildstream.teacher.TeacherPipeline;
import io.wildstream.teacher.TeacherSettings;
import io.wildstream.teacher.fetch.Fetches;
import io.wildstream.teacher.kafka.KafkaSampleStream;
import io.wildstream.teacher.kafka.LiveSelectors;
import io.wildstream.teacher.model.TeacherExchange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process: loads the teacher that it names, then runs the pipeline on one thread until it is
 * stopped. A broken invariant ends the process with exit code 1.
 */
@ApplicationScoped
public class TeacherService {

    private static final Logger LOGGER = LoggerFactory.getLogger(TeacherService.class);
    private static final Duration CONTROL_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final ClusterConfig cluster;
    private final TeacherConfig config;
    private final TeacherSettings settings;
    private final Map<String, Object> kafka;
    private final TeacherMetrics metrics;
    private final TeacherExchange exchange;
    private final TeacherPipeline pipeline;
    private final Thread thread;
    private volatile @Nullable StatusReporter reporter;
    private volatile @Nullable ControlLog control;
    private volatile @Nullable LiveSelectors selectors;
    private volatile boolean stopping;
    private volatile boolean broughtUp;
    /** Whether changes of {@code control} are new: until then only the last one counts. */
    private volatile boolean following;

    TeacherService(
            ClusterConfig cluster,
            TeacherConfig config,
            ReferenceConfig references,
            Config all,
            MeterRegistry registry) {
        this.cluster = cluster;
        this.config = config;
        this.kafka = KafkaKeys.client(all);
        this.settings = config.settings(cluster);
        this.metrics = new TeacherMetrics(registry);
        List<Path> roots = config.models().stream().map(Path::of).toList();
        this.exchange = new TeacherExchange(
                new ModelStore(roots, config.allowedDigests()), config.limits(), metrics, this::reportNow);
        KafkaSampleStream samples = new KafkaSampleStream(kafka, settings, registry, cluster.createTopics());
        this.pipeline = new TeacherPipeline(
                settings.with(this::bringPayloads),
                samples,
                exchange,
                metrics,
                fetches(config, ReferenceSettings.of(references), registry));
        this.thread = new Thread(this::run, "teacher-pipeline");
    }

    private boolean bringPayloads(String place) {
        LiveSelectors live = selectors;
        return live != null && live.bring(place);
    }

    private static Fetches fetches(TeacherConfig config, ReferenceSettings references, MeterRegistry registry) {
        return new Fetches(new ReferenceReader(references), config.fetching(references), registry);
    }

    void start(@Observes StartupEvent event) {
        config.model().ifPresent(exchange::start);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        pipeline.stop();
        if (!broughtUp) {
            thread.interrupt();
        }
        if (thread.isAlive()) {
            thread.join(STOP_TIMEOUT.toMillis());
        }
        close(control);
        close(selectors);
        close(reporter);
        if (thread.isAlive()) {
            LOGGER.error(
                    "pipeline did not end in time, Kafka will abort its transaction instance={}", settings.instance());
            return;
        }
        exchange.close();
    }

    /** Whether the pipeline's thread lives and makes progress. */
    boolean isAlive() {
        boolean progress = pipeline.sinceProgress().compareTo(config.stallTimeout()) < 0;
        return thread.isAlive() && (progress || !broughtUp);
    }

    /** Whether samples are scored as soon as they arrive, by the teacher that {@code control} asks for. */
    boolean isReady() {
        ControlLog log = control;
        return exchange.active() != null && pipeline.isReady() && log != null && log.isAlive();
    }

    /** What is wrong, in words; empty when nothing is. */
    String problem() {
        return Problems.joined(
                Stream.of(exchange.problem(), pipeline.problem(), controlObstacle(), selectorsObstacle()));
    }

    private String controlObstacle() {
        ControlLog log = control;
        return log == null ? "" : log.obstacle();
    }

    private String selectorsObstacle() {
        LiveSelectors live = selectors;
        return live == null ? "" : live.obstacle();
    }

    private void run() {
        try {
            bringUp();
            broughtUp = true;
            pipeline.run();
            LOGGER.info("pipeline ended instance={}", settings.instance());
        } catch (KafkaRefusedException e) {
            LOGGER.error("stopping: {} instance={}", e.getMessage(), settings.instance());
            Quarkus.asyncExit(1);
        } catch (BrokenInvariantException e) {
            LOGGER.error("stopping: {} instance={}", e.getMessage(), settings.instance(), e);
            Quarkus.asyncExit(1);
        } catch (RuntimeException | Error e) {
            if (stopping) {
                LOGGER.info("stopped before it started instance={} cause={}", settings.instance(), e.toString());
                return;
            }
            LOGGER.error("stopping: pipeline failed instance={}", settings.instance(), e);
            Quarkus.asyncExit(1);
        }
    }

    /** Makes the topics, begins to report, and lets the newest teacher spec, if any, take effect before the first sample. */
    private void bringUp() {
        Topics topics = settings.topics();
        try (Admin admin = KafkaClients.connect(kafka)) {
            TopicProvision provision = new TopicProvision(admin, topics, cluster.createTopics(), cluster.partitions());
            provision.stream(topics.samples(), topics.teacherOutputs());
            provision.single(
                    topics.stream(topics.deadLetters(Stage.TEACHER), 1),
                    topics.controlTopic(),
                    topics.statusTopic(ServiceKind.SERVICE_KIND_TEACHER));
            if (cluster.createTopics()) {
                provision.single(topics.statusTopic(ServiceKind.SERVICE_KIND_SELECTOR));
            }
        }
        if (!config.keepPayloads()) {
            selectors = new LiveSelectors(kafka, topics, System::nanoTime);
        }
        TeacherReport report = new TeacherReport(exchange, metrics, this::problem);
        reporter =
                new StatusReporter(kafka, topics, settings.instance(), ServiceKind.SERVICE_KIND_TEACHER, report::fill);
        ControlLog log = new ControlLog(kafka, topics, ClusterConfig.marks(cluster, settings.instance()), this::follow);
        control = log;
        try {
            if (!log.awaitCaughtUp(CONTROL_TIMEOUT)) {
                throw new IllegalStateException("topic " + topics.control() + " was not read to its end within "
                        + CONTROL_TIMEOUT.toSeconds() + " s");
            }
            following = true;
            ControlRecord newest = log.newest().get(ControlKeys.TEACHER);
            if (newest != null) {
                exchange.request(newest);
            }
            if (!exchange.awaitRequested(LOAD_TIMEOUT)) {
                throw new IllegalStateException("no teacher was loaded within " + LOAD_TIMEOUT.toMinutes() + " min");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private void follow(String key, ControlRecord record) {
        if (following && key.equals(ControlKeys.TEACHER)) {
            exchange.request(record);
        }
    }

    private void reportNow() {
        StatusReporter current = reporter;
        if (current != null) {
            current.reportNow();
        }
    }

    private static void close(@Nullable AutoCloseable part) {
        if (part == null) {
            return;
        }
        try {
            part.close();
        } catch (Exception e) {
            LOGGER.warn("part not closed cleanly cause={}", e.toString());
        }
    }
}
