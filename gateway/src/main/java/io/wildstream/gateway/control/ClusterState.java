// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.control.CompactedTopic;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.Entries;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.Kafka;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The state of the cluster, read from {@code control}, the topics of heartbeats and {@code checkpoints} and kept up to date. It is complete
 * once {@link #caughtUp}. A heartbeat's age is counted from its arrival, so differing clocks do no harm.
 */
@Singleton
public class ClusterState {

    private static final Duration SHOWN_AFTER_DEATH = Duration.ofMinutes(1);
    private static final long RECHECK_MILLIS = 250;
    /** Students that a message names. */
    private static final int NAMED = 5;

    private final Kafka kafka;
    private final GatewayMetrics metrics;
    private final Object changed = new Object();
    private volatile @Nullable Readers readers;

    private record Readers(ControlLog control, Instances instances, CompactedTopic<CheckpointManifest> checkpoints) {

        List<CompactedTopic<?>> all() {
            List<CompactedTopic<?>> all = new ArrayList<>(instances.topics());
            all.add(control);
            all.add(checkpoints);
            return all;
        }
    }

    /** Knows nothing until {@link #start}. */
    public ClusterState(Kafka kafka, GatewayMetrics metrics) {
        this.kafka = kafka;
        this.metrics = metrics;
    }

    /** Starts to read. The topics must exist. */
    public void start() {
        var topics = kafka.topics();
        BiConsumer<String, Object> signal = (key, value) -> signal();
        readers = new Readers(
                new ControlLog(kafka.client(), topics, kafka.marks(), signal::accept),
                new Instances(kafka, kafka.exists(topics.formerStatus()), this::caughtUp, this::signal),
                new CompactedTopic<>(
                        kafka.client(), topics.checkpoints(), Entries::checkpoint, kafka.marks(), signal::accept));
        readers.all()
                .forEach(topic -> metrics.leftOut(kafka.topics().role(topic.topic()), topic, CompactedTopic::leftOut));
    }

    /** Whether everything that was in the topics at the start has been read. */
    public boolean caughtUp() {
        Readers open = readers;
        try {
            if (open == null) {
                return false;
            }
            for (CompactedTopic<?> topic : open.all()) {
                if (!topic.awaitCaughtUp(Duration.ZERO)) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether all topics are followed; a reader that has ended needs another process. */
    public boolean isAlive() {
        Readers open = readers;
        return open != null && open.all().stream().allMatch(CompactedTopic::isAlive);
    }

    /** Why topics cannot be read now, in words; empty while all can. */
    public String obstacle() {
        Readers open = readers;
        return open == null ? "" : Problems.joined(open.all().stream().map(CompactedTopic::obstacle));
    }

    /** What is wrong, in words: entries that are left out, topics that cannot be read, students that wait for a trainer. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        readers().all().forEach(topic -> problems.addAll(topic.problems()));
        List<String> waiting = waitingForTrainer();
        if (waiting.size() == 1) {
            problems.add(trainerMissing(waiting.get(0)));
        } else if (!waiting.isEmpty()) {
            problems.add(waiting.size() + " students wait for a trainer, among them "
                    + String.join(", ", waiting.subList(0, Math.min(NAMED, waiting.size())))
                    + ": start a trainer-service with wildstream.trainer.student=NAME for each");
        }
        return problems;
    }

    /** The newest record of a key of {@code control}, or null. */
    public @Nullable ControlRecord control(String key) {
        return readers().control().newest().get(key);
    }

    /**
     * All records of {@code control} by key, once everything is read that is committed now.
     *
     * @throws KafkaException when that takes longer than the timeout
     */
    Map<String, ControlRecord> controlNow(Duration timeout) {
        long end = kafka.committed(new TopicPartition(kafka.topics().control(), 0), OffsetSpec.latest());
        try {
            if (!readers().control().awaitRead(end, timeout)) {
                throw new KafkaException("control could not be read within " + timeout.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
        return readers().control().newest();
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

    /** All instances of a service that have ever sent a heartbeat, by name. */
    public List<InstanceStatus> known(ServiceKind service) {
        return readers().instances().all().stream()
                .filter(status -> status.getService() == service)
                .toList();
    }

    /** The live trainers by their students; of two trainers of one student the last by name. */
    Map<String, InstanceStatus> trainers() {
        Map<String, InstanceStatus> found = new HashMap<>();
        for (InstanceStatus status : live(ServiceKind.SERVICE_KIND_TRAINER)) {
            if (status.hasStudent()) {
                found.put(status.getStudent().getStudent(), status);
            }
        }
        return found;
    }

    /** The live trainer of a student, or null. */
    public @Nullable InstanceStatus trainer(String student) {
        return trainers().get(student);
    }

    /** Whether a student has committed its last checkpoint. */
    boolean isFinished(String student) {
        CheckpointManifest newest = checkpoint(student);
        return newest != null && newest.getFinished();
    }

    /** The students that wait for a trainer, by id. */
    private List<String> waitingForTrainer() {
        Set<String> trained = trainers().keySet();
        return students().keySet().stream()
                .filter(student -> !trained.contains(student) && !isFinished(student))
                .toList();
    }

    static String trainerMissing(String student) {
        return "no trainer of student '" + student
                + "' is running: start a trainer-service with wildstream.trainer.student=" + student;
    }

    /** Fails with FAILED_PRECONDITION when a student has no live trainer. */
    void requireTrainer(String student) {
        if (trainer(student) == null) {
            throw ApiErrors.precondition(trainerMissing(student));
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

    /** Stops reading. */
    @PreDestroy
    public void close() {
        Readers open = readers;
        if (open != null) {
            open.all().forEach(CompactedTopic::close);
        }
    }

    private List<InstanceStatus> within(Duration age) {
        return readers().instances().within(age);
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
