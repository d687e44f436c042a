// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.control.CompactedTopic;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of the cluster, read from {@code control}, {@code status} and {@code checkpoints} and kept up to date. It is complete once
 * {@link #caughtUp}. A heartbeat's age is counted from its arrival, so differing clocks do no harm.
 */
@Singleton
public class ClusterState {

    private static final Duration SHOWN_AFTER_DEATH = Duration.ofMinutes(1);
    private static final long RECHECK_MILLIS = 250;

    private final Kafka kafka;
    private final Heartbeats heartbeats = new Heartbeats(System::nanoTime, Instant::now);
    private final Object changed = new Object();
    private volatile @Nullable Readers readers;

    private record Readers(
            ControlLog control,
            CompactedTopic<InstanceStatus> status,
            CompactedTopic<CheckpointManifest> checkpoints) {}

    ClusterState(Kafka kafka) {
        this.kafka = kafka;
    }

    /** Starts to read. The topics must exist. */
    public void start() {
        var topics = kafka.topics();
        BiConsumer<String, Object> signal = (key, value) -> signal();
        readers = new Readers(
                new ControlLog(kafka.client(), topics, signal::accept),
                new CompactedTopic<>(kafka.client(), topics.status(), InstanceStatus::parseFrom, this::heard),
                new CompactedTopic<>(
                        kafka.client(), topics.checkpoints(), CheckpointManifest::parseFrom, signal::accept));
    }

    /** Whether everything that was in the topics at the start has been read. */
    public boolean caughtUp() {
        Readers open = readers;
        try {
            return open != null
                    && open.control().awaitCaughtUp(Duration.ZERO)
                    && open.status().awaitCaughtUp(Duration.ZERO)
                    && open.checkpoints().awaitCaughtUp(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The newest record of a key of {@code control}, or null. */
    public @Nullable ControlRecord control(String key) {
        return readers().control().newest().get(key);
    }

    /** The policies of all curricula by name, in order. */
    public Map<String, ControlRecord> curricula() {
        Map<String, ControlRecord> found = new TreeMap<>();
        readers().control().newest().forEach((key, record) -> {
            String name = ControlKeys.curriculumOf(key);
            if (name != null && record.hasSelectionPolicy()) {
                found.put(name, record);
            }
        });
        return found;
    }

    /** The specs of all students by id, in order. */
    public Map<String, StudentSpec> students() {
        Map<String, StudentSpec> found = new TreeMap<>();
        readers().control().newest().forEach((key, record) -> {
            String id = ControlKeys.studentOf(key);
            if (id != null && record.hasStudent()) {
                found.put(id, record.getStudent());
            }
        });
        return found;
    }

    /** The specs of all condensations by name, in order. */
    public Map<String, CondensationSpec> condensations() {
        Map<String, CondensationSpec> found = new TreeMap<>();
        readers().control().newest().forEach((key, record) -> {
            String name = ControlKeys.condensationOf(key);
            if (name != null && record.hasCondensation()) {
                found.put(name, record.getCondensation());
            }
        });
        return found;
    }

    /** A curriculum's policy, or null when there is no such curriculum. */
    public @Nullable SelectionPolicy policy(String curriculum) {
        ControlRecord record = control(ControlKeys.curriculum(curriculum));
        return record == null || !record.hasSelectionPolicy() ? null : record.getSelectionPolicy();
    }

    /** The newest committed checkpoint of a student, or null. */
    public @Nullable CheckpointManifest checkpoint(String student) {
        return readers().checkpoints().newest().get(student);
    }

    /** Live instances, and those that died less than a minute ago without reporting a stop, by name. */
    public List<InstanceStatus> recent() {
        return within(StatusReporter.DEAD_AFTER.plus(SHOWN_AFTER_DEATH));
    }

    /** Live instances of a service, by name. */
    public List<InstanceStatus> live(ServiceKind service) {
        return within(StatusReporter.DEAD_AFTER).stream()
                .filter(status -> status.getService() == service)
                .toList();
    }

    /** The live trainer of a student, or null. */
    public @Nullable InstanceStatus trainer(String student) {
        return live(ServiceKind.SERVICE_KIND_TRAINER).stream()
                .filter(status ->
                        status.hasStudent() && status.getStudent().getStudent().equals(student))
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** Fails with FAILED_PRECONDITION when a student has no live trainer. */
    void requireTrainer(String student) {
        if (trainer(student) == null) {
            throw ApiErrors.precondition("no trainer of student '" + student
                    + "' is running: start a trainer-service with wildstream.trainer.student=" + student);
        }
    }

    /** Waits until a condition holds, checking it after each change. Returns whether it did in time. */
    public boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            while (!condition.getAsBoolean()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                changed.wait(Math.min(left, RECHECK_MILLIS));
            }
        }
        return true;
    }

    @PreDestroy
    void close() {
        Readers open = readers;
        if (open != null) {
            open.control().close();
            open.status().close();
            open.checkpoints().close();
        }
    }

    private List<InstanceStatus> within(Duration age) {
        return readers().status().newest().values().stream()
                .filter(status -> !status.getStopped())
                .filter(status -> heartbeats.within(status.getInstance(), age))
                .sorted(Comparator.comparing(InstanceStatus::getInstance))
                .toList();
    }

    private void heard(String instance, InstanceStatus status) {
        Instant sent = Instant.ofEpochSecond(
                status.getTime().getSeconds(), status.getTime().getNanos());
        heartbeats.heard(instance, sent, !caughtUp());
        signal();
    }

    private void signal() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    private Readers readers() {
        Readers open = readers;
        if (open == null) {
            throw new IllegalStateException("not started");
        }
        return open;
    }
}
