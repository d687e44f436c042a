// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.Kafka;
import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.ingest.Backlog;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed end offsets of all topics and what the groups of teachers and selectors have read, once per interval, so that a
 * status call does not ask Kafka. Records are counted as the stages that write them have counted: see {@link RecordCounts}.
 */
@Singleton
class OffsetProbe {

    private static final Logger LOGGER = LoggerFactory.getLogger(OffsetProbe.class);
    private static final long TIMEOUT_SECONDS = 6;
    private static final Duration STALE = Duration.ofSeconds(15);

    private final Kafka kafka;
    private final ClusterState state;
    private final Backlog backlog;
    private final Duration interval;
    private final GatewayMetrics metrics;
    private final RetentionLoss teacherLoss = new RetentionLoss();
    private final RetentionLoss selectorLoss = new RetentionLoss();
    private final Map<String, MovingRate> rates = new HashMap<>();
    private final DeletedTopics deleted = new DeletedTopics(Instant::now, this::make);
    private final RecordCounts recordCounts = new RecordCounts();
    private final ProbePace pace = new ProbePace();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "offset-probe"));
    private volatile Offsets newest = Offsets.NONE;

    OffsetProbe(Kafka kafka, ClusterState state, Backlog backlog, GatewayConfig config, GatewayMetrics metrics) {
        this.kafka = kafka;
        this.state = state;
        this.backlog = backlog;
        this.interval = config.gateway().probeInterval();
        this.metrics = metrics;
        showMeters();
    }

    private void showMeters() {
        metrics.stage("teacher", this, probe -> probe.newest.lag(teacherGroup()), probe -> probe.teacherLoss.records());
        metrics.stage(
                "selector", this, probe -> probe.newest.lag(selectorGroup()), probe -> probe.selectorLoss.records());
        metrics.probeAge(this, probe -> probe.newest.ageSeconds(System.nanoTime()));
        for (ServiceKind kind : List.of(
                ServiceKind.SERVICE_KIND_TEACHER,
                ServiceKind.SERVICE_KIND_SELECTOR,
                ServiceKind.SERVICE_KIND_TRAINER,
                ServiceKind.SERVICE_KIND_CONDENSER,
                ServiceKind.SERVICE_KIND_GATEWAY)) {
            String name = kind.name().substring("SERVICE_KIND_".length()).toLowerCase(Locale.ROOT);
            metrics.liveInstances(name, state, known -> known.live(kind).size());
        }
    }

    /** The consumer group of the teachers. */
    String teacherGroup() {
        return kafka.topics().prefix() + ".teacher";
    }

    /** The application id of the selectors. */
    String selectorGroup() {
        return kafka.topics().prefix() + ".selector";
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::probe, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What was read last. */
    Offsets newest() {
        return newest;
    }

    /** Whether Kafka has answered in the last 15 seconds. */
    boolean isFresh() {
        Offsets offsets = newest;
        return !offsets.equals(Offsets.NONE)
                && System.nanoTime() - offsets.nanoTime() < STALE.plus(interval).toNanos();
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }

    private void probe() {
        try {
            long mark = backlog.mark();
            if (pace.isDue(System.nanoTime(), mark)) {
                Offsets read = read();
                newest = read;
                backlog.seen(read.lag(teacherGroup()), mark);
                pace.read(System.nanoTime(), mark, read.sum());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (timer.isShutdown()) {
                return;
            }
            LOGGER.warn("offsets were not read cause={}", e.toString());
        }
        notifyWaiters();
    }

    /** Whatever a waiter throws, the next probe comes. */
    private void notifyWaiters() {
        try {
            backlog.notifyWaiters();
        } catch (RuntimeException e) {
            LOGGER.error("a call that waits for room could not be notified", e);
        }
    }

    private Offsets read() throws InterruptedException, ExecutionException, TimeoutException {
        Admin admin = kafka.admin();
        Set<String> wanted = wantedTopics();
        Set<String> there = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        deleted.look(watchedTopics(wanted), there);
        wanted.retainAll(there);
        List<TopicPartition> partitions = partitions(admin, wanted);
        Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> begins = offsets(admin, partitions, OffsetSpec.earliest());
        long nanos = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> teachers = committed(teacherGroup());
        Optional<RecordCounts.TeacherCounts> teachersCounted = countedByTeachers(ends, teachers);
        Map<String, OptionalLong> counted = counted(teachersCounted);
        OptionalLong certainSamples = teachersCounted.stream()
                .mapToLong(RecordCounts.TeacherCounts::certainSamples)
                .findFirst();
        Map<String, Offsets.Count> counts = new HashMap<>();
        for (String topic : wanted) {
            long offsetSum = ends.entrySet().stream()
                    .filter(entry -> entry.getKey().topic().equals(topic))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            long records = counted.getOrDefault(
                            topic, recordCounts.selected(kafka.topics().role(topic)))
                    .orElse(offsetSum);
            long certain = topic.equals(kafka.topics().samples()) ? certainSamples.orElse(records) : records;
            long counter = recordCounts.counter(topic, certain, offsetSum);
            double rate = rates.computeIfAbsent(topic, key -> new MovingRate()).update(counter, nanos);
            counts.put(topic, new Offsets.Count(records, rate));
            metrics.topicRecords(kafka.topics().role(topic), counter);
        }
        Topics topics = kafka.topics();
        Map<String, Long> lags = Map.of(
                teacherGroup(), lag(teachers, topics.samples(), ends, begins, teacherLoss),
                selectorGroup(), lag(committed(selectorGroup()), topics.teacherOutputs(), ends, begins, selectorLoss));
        return new Offsets(nanos, counts, lags, deleted.problems());
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group)
            throws InterruptedException, ExecutionException, TimeoutException {
        return kafka.admin()
                .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group)
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Optional<RecordCounts.TeacherCounts> countedByTeachers(
            Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> teachers) {
        Map<TopicPartition, Long> samples = new HashMap<>(ends);
        samples.keySet()
                .removeIf(partition -> !partition.topic().equals(kafka.topics().samples()));
        return RecordCounts.ofTeachers(samples, teachers);
    }

    /** What teachers and selectors have counted, by topic. */
    private Map<String, OptionalLong> counted(Optional<RecordCounts.TeacherCounts> teachers) {
        Topics topics = kafka.topics();
        recordCounts.ofSelectors(state.known(ServiceKind.SERVICE_KIND_SELECTOR).stream()
                .map(InstanceStatus::getSelector)
                .toList());
        Map<String, OptionalLong> counted = new HashMap<>();
        teachers.ifPresent(counts -> {
            counted.put(topics.samples(), OptionalLong.of(counts.samples()));
            counted.put(topics.teacherOutputs(), OptionalLong.of(counts.read().outputs()));
            counted.put(
                    topics.deadLetters(Stage.TEACHER),
                    OptionalLong.of(counts.read().deadLetters()));
        });
        return counted;
    }

    /** Makes topics again that were deleted, where services may, so that clients can go on. */
    private void make(Set<String> missing) {
        if (!kafka.createsTopics()) {
            return;
        }
        kafka.ensureTopics();
        state.curricula().keySet().stream()
                .filter(name -> missing.contains(kafka.topics().curriculum(name)))
                .forEach(kafka::ensureCurriculum);
    }

    /** Those that are counted, and those of the control plane. */
    private Set<String> watchedTopics(Set<String> counted) {
        Topics topics = kafka.topics();
        Set<String> watched = new TreeSet<>(counted);
        watched.addAll(Set.of(topics.control(), topics.checkpoints()));
        Kafka.REPORTING.forEach(kind -> watched.add(topics.status(kind)));
        return watched;
    }

    private Set<String> wantedTopics() {
        Topics topics = kafka.topics();
        Set<String> wanted = new TreeSet<>(Set.of(topics.samples(), topics.teacherOutputs()));
        for (Stage stage : Stage.values()) {
            wanted.add(topics.deadLetters(stage));
        }
        state.curricula().keySet().forEach(name -> wanted.add(topics.curriculum(name)));
        return wanted;
    }

    private static List<TopicPartition> partitions(Admin admin, Set<String> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<TopicPartition> all = new ArrayList<>();
        admin.describeTopics(topics)
                .allTopicNames()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((topic, description) ->
                        description.partitions().forEach(info -> all.add(new TopicPartition(topic, info.partition()))));
        return all;
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(
                        asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    /** Committed records after what the group has committed; all that the topic still holds when it has committed nothing. */
    private static long lag(
            Map<TopicPartition, OffsetAndMetadata> read,
            String topic,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, Long> begins,
            RetentionLoss loss) {
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (end.getKey().topic().equals(topic)) {
                OffsetAndMetadata committed = read.get(end.getKey());
                long begin = begins.getOrDefault(end.getKey(), 0L);
                long from = committed == null ? begin : Math.max(begin, committed.offset());
                loss.update(end.getKey(), committed == null ? begin : committed.offset(), begin);
                lag += Math.max(0, end.getValue() - from);
            }
        }
        return lag;
    }
}
