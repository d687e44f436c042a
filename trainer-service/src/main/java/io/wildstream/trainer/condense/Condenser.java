// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.condense;

import io.wildstream.contracts.CondensationSpecs;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.contracts.v1.CondenserStatus;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.engine.Durable;
import io.wildstream.engine.ModelStore;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.Reasons;
import io.wildstream.trainer.control.TopicWaiter;
import io.wildstream.trainer.control.TrainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a condenser's thread: carries out the condensations that are requested on {@code control}, one after the other. A job that
 * a stop or kill cut short continues in the next process; its images come out the same bit for bit.
 *
 * <pre>
 * bad spec, model or images  FAILED, as the command will not get better by itself
 * Kafka unreachable          tried again every two seconds
 * refused by Kafka           ends
 * </pre>
 */
public final class Condenser implements Runnable {

    /** File in a result's directory: the {@code Condensation} as it ended. */
    static final String RESULT_FILE = "condensation.pb";

    private static final Logger LOGGER = LoggerFactory.getLogger(Condenser.class);
    private static final long WAIT_MILLIS = 100;
    /** Bound of a heartbeat. */
    private static final int REPORTED = 200;

    private final TrainerConfig config;
    private final Map<String, ?> clientProperties;
    private final Topics topics;
    private final TopicWaiter topicWaiter;
    private final TrainerStatus health;
    private final Path results;
    private volatile boolean stopping;
    private volatile @Nullable Path marks;
    private volatile boolean refused;
    private volatile Runnable listener = () -> {};

    /** Jobs by name in the order in which they came. Guarded by "this". */
    private final Map<String, Condensation> jobs = new LinkedHashMap<>();

    /** A condenser that keeps its results in the configuration's directory of checkpoints. */
    public Condenser(
            TrainerConfig config,
            Map<String, ?> clientProperties,
            Topics topics,
            boolean createTopics,
            TrainerStatus health) {
        this.config = config;
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.topicWaiter = new TopicWaiter(
                clientProperties,
                topics,
                createTopics,
                reason -> health.show(StudentState.STUDENT_STATE_FAILED, reason),
                () -> stopping);
        this.health = health;
        this.results = Path.of(config.checkpoints());
    }

    /** Called after every change of a job's state. */
    public void onChange(Runnable changed) {
        listener = changed;
    }

    /** Marks what is read of {@code control} in this directory; called before the thread starts. */
    public void markIn(Path directory) {
        marks = directory;
    }

    /** Asks the thread to save what is learned and end. */
    public void stop() {
        stopping = true;
    }

    /** Whether Kafka has turned this condenser away. */
    public boolean isRefused() {
        return refused;
    }

    @Override
    public void run() {
        try (ControlLog control = follow()) {
            while (!stopping) {
                Condensation job = control.awaitCaughtUp(Duration.ofMillis(WAIT_MILLIS)) ? next() : null;
                if (job == null) {
                    Thread.sleep(WAIT_MILLIS);
                } else {
                    carryOut(job.getName(), CondensationSpecs.withDefaults(job.getSpec()));
                }
            }
        } catch (InterruptedException e) {
            health.showEnd("interrupted");
            Thread.currentThread().interrupt();
        } catch (KafkaRefusedException e) {
            refused = true;
            LOGGER.error("stopping: {}", e.getMessage());
            health.showEnd(Reasons.of(e));
        } catch (RuntimeException | Error e) {
            LOGGER.error("condenser's thread has ended", e);
            health.showEnd(e.toString());
        }
    }

    private ControlLog follow() throws InterruptedException {
        topicWaiter.await(topics.controlTopic(), topics.statusTopic(ServiceKind.SERVICE_KIND_CONDENSER));
        health.show(StudentState.STUDENT_STATE_WAITING, "");
        ControlLog control = new ControlLog(clientProperties, topics, marks, this::take);
        health.onControl(control::obstacle);
        return control;
    }

    private void take(String key, ControlRecord record) {
        String name = ControlKeys.condensationOf(key);
        if (name == null || !record.hasCondensation()) {
            return;
        }
        synchronized (this) {
            Condensation known = jobs.get(name);
            CondensationStatus status = known == null ? earlier(name, record.getCondensation()) : known.getStatus();
            boolean waits = status.getState() == CondensationState.CONDENSATION_STATE_WAITING;
            if (waits && record.getCondensation().getCancelled()) {
                status = status.toBuilder()
                        .setState(CondensationState.CONDENSATION_STATE_CANCELLED)
                        .build();
            }
            jobs.put(
                    name,
                    Condensation.newBuilder()
                            .setName(name)
                            .setSpec(record.getCondensation())
                            .setStatus(status)
                            .build());
        }
        listener.run();
    }

    /** What an earlier process has reached, or a job that waits. */
    private CondensationStatus earlier(String name, CondensationSpec spec) {
        CondensationStatus waiting = CondensationStatus.newBuilder()
                .setName(name)
                .setState(CondensationState.CONDENSATION_STATE_WAITING)
                .setIterations(CondensationSpecs.withDefaults(spec).getIterations())
                .build();
        Path file = results.resolve(name).resolve(RESULT_FILE);
        if (!Files.exists(file)) {
            return waiting;
        }
        try {
            Condensation ended = Condensation.parseFrom(Files.readAllBytes(file));
            if (ended.getSpec().equals(images(spec))) {
                return ended.getStatus();
            }
            return failed(
                    waiting,
                    file.getParent() + " holds the result of another condensation: remove it or choose another name");
        } catch (IOException e) {
            return failed(waiting, file + " cannot be read: " + e.getMessage());
        }
    }

    /** What the result is a function of; a job that has ended can still be cancelled, which changes nothing. */
    private static CondensationSpec images(CondensationSpec spec) {
        return CondensationSpecs.withDefaults(spec).toBuilder().clearCancelled().build();
    }

    private static CondensationStatus failed(CondensationStatus status, String problem) {
        return status.toBuilder()
                .setState(CondensationState.CONDENSATION_STATE_FAILED)
                .setProblem(problem)
                .build();
    }

    private synchronized @Nullable Condensation next() {
        return jobs.values().stream()
                .filter(job -> job.getStatus().getState() == CondensationState.CONDENSATION_STATE_WAITING)
                .findFirst()
                .orElse(null);
    }

    private void carryOut(String name, CondensationSpec spec) throws InterruptedException {
        Path directory = results.resolve(name);
        LOGGER.info("condensing name={} iterations={}", name, spec.getIterations());
        try {
            List<String> problems = CondensationSpecs.problems(spec);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            List<Path> stores = new ArrayList<>(config.models());
            stores.add(results);
            CondensationJob job = new CondensationJob(
                    spec,
                    new ModelStore(stores, config.allowedDigests()),
                    new CondensationImages(config, clientProperties, topics),
                    directory);
            boolean finished = job.run(() -> !stopping && !isCancelled(name), numbers -> report(name, numbers));
            if (finished) {
                keep(name, spec, directory);
            } else if (isCancelled(name)) {
                report(name, status(name).setState(CondensationState.CONDENSATION_STATE_CANCELLED));
            }
        } catch (InterruptException e) {
            throw new InterruptedException(e.toString());
        } catch (RetriableException | OffsetOutOfRangeException e) {
            LOGGER.warn("condensation waits for Kafka name={} cause={}", name, e.getMessage());
            topicWaiter.pause(TopicWaiter.RETRY_MILLIS);
        } catch (IOException | RuntimeException e) {
            LOGGER.error("condensation failed name={}", name, e);
            report(name, failed(status(name).build(), Reasons.of(e)).toBuilder());
        }
    }

    private void keep(String name, CondensationSpec spec, Path directory) throws IOException {
        Condensation ended = Condensation.newBuilder()
                .setName(name)
                .setSpec(images(spec))
                .setStatus(status(name))
                .build();
        Durable.write(directory.resolve(RESULT_FILE), ended.toByteArray());
        LOGGER.info(
                "condensed name={} accuracy={} real={}",
                name,
                ended.getStatus().getTestAccuracy(),
                ended.getStatus().getRealAccuracy());
    }

    private synchronized boolean isCancelled(String name) {
        Condensation job = jobs.get(name);
        return job != null && job.getSpec().getCancelled();
    }

    private synchronized CondensationStatus.Builder status(String name) {
        Condensation job = jobs.get(name);
        return job == null ? CondensationStatus.newBuilder().setName(name) : job.getStatus().toBuilder();
    }

    private void report(String name, CondensationStatus.Builder status) {
        boolean changed;
        synchronized (this) {
            Condensation before = jobs.get(name);
            if (before == null) {
                return;
            }
            changed = before.getStatus().getState() != status.getState();
            jobs.put(name, before.toBuilder().setStatus(status.setName(name)).build());
        }
        if (changed) {
            listener.run();
        }
    }

    /** Fills in a heartbeat. */
    public synchronized void describe(InstanceStatus.Builder heartbeat) {
        CondenserStatus.Builder all = CondenserStatus.newBuilder();
        jobs.values().stream()
                .skip(Math.max(0, jobs.size() - REPORTED))
                .forEach(job -> all.addCondensations(job.getStatus()));
        heartbeat.setProblem(health.problem()).setCondenser(all);
    }
}
