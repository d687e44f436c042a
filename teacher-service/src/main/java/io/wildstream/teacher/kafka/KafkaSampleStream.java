// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.wildstream.contracts.RestingConsumer;
import io.wildstream.contracts.Topics;
import io.wildstream.service.fetch.BoundedUnpacking;
import io.wildstream.service.fetch.PackedFetch;
import io.wildstream.service.fetch.UnpackingLimits;
import io.wildstream.teacher.BrokenInvariantException;
import io.wildstream.teacher.Outcome;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.SampleStream;
import io.wildstream.teacher.TeacherSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code samples} in; {@code teacher-outputs}, dead letters and the group's offsets out, in one transaction for the records of a turn that
 * were answered. Transactions with offsets alone say which records are begun (see {@link RestartGuard}) and pass records that their writer
 * undid. A partition that is taken away while records are gathered takes its records along: whoever gets it answers them.
 */
public final class KafkaSampleStream implements SampleStream {

    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaSampleStream.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PASS_INTERVAL = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final TeacherSettings settings;
    private final RestingConsumer consumer;
    private final KafkaClientMetrics consumerMeters;
    private final TransactionalOutput output;
    private final OutcomeRecords records;
    private final OutputPartitions outputPartitions;
    private final List<ConsumerRecord<byte[], byte[]>> gathered = new ArrayList<>();
    private final PartitionCounts counts = new PartitionCounts();
    private final FetchGuard fetches;
    private final RestartGuard restarts;
    /** Partitions whose outputs have no place yet. */
    private final Set<TopicPartition> withoutPlace = new HashSet<>();

    private @Nullable String culprit;
    private boolean subscribed;
    private long passedNanos = System.nanoTime();

    /**
     * A stream that was not joined yet.
     *
     * @param client Kafka client settings: the bootstrap servers and security
     * @param registry gets what Kafka's clients measure of themselves
     * @param growsOutputs whether {@code teacher-outputs} may be given more partitions when {@code samples} was
     */
    public KafkaSampleStream(
            Map<String, ?> client, TeacherSettings settings, MeterRegistry registry, boolean growsOutputs) {
        this.settings = settings;
        this.outputPartitions = new OutputPartitions(client, settings.topics(), growsOutputs);
        this.records = new OutcomeRecords(settings.topics(), Topics.MAX_MESSAGE_BYTES);
        this.output = new TransactionalOutput(ClientSettings.producer(client, settings), registry);
        this.consumer = new RestingConsumer(ClientSettings.consumer(client, settings));
        int batch = settings.maxPollRecords() + settings.batchSize();
        this.fetches = new FetchGuard(
                consumer,
                output,
                new PackedFetch(client, settings.instance() + "-careful"),
                UnpackingLimits.ofMemory(Runtime.getRuntime().maxMemory(), settings.maxPollRecords()),
                batch);
        this.restarts = new RestartGuard(consumer, output, counts, fetches, batch);
        this.consumerMeters = new KafkaClientMetrics(consumer);
        consumerMeters.bindTo(registry);
    }

    @Override
    public void rewind() {
        gathered.clear();
        counts.forgetAll();
        // First end the open transaction, so that the offsets read below are final.
        output.reset();
        if (!subscribed) {
            consumer.subscribe(List.of(settings.topics().samples()), new Rebalances());
            subscribed = true;
            return;
        }
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned, POSITION_TIMEOUT);
        takeBack(committed);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata position = committed.get(partition);
            if (position == null) {
                consumer.seekToBeginning(List.of(partition));
                continue;
            }
            consumer.seek(partition, position);
        }
    }

    /** Does not fail when the partitions have another owner by now: the next poll finds that out. */
    private void takeBack(Map<TopicPartition, OffsetAndMetadata> committed) {
        try {
            restarts.survived(committed);
        } catch (BrokenInvariantException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.warn("begun records not taken back instance={} cause={}", settings.instance(), e.toString());
            output.reset();
            restarts.forgetAll();
        }
    }

    @Override
    public void survived() {
        Set<TopicPartition> begun = restarts.begun();
        Set<TopicPartition> fetching = fetches.begun();
        if (begun.isEmpty() && fetching.isEmpty()) {
            return;
        }
        try {
            output.reset();
            if (!begun.isEmpty()) {
                restarts.survived(consumer.committed(begun, POSITION_TIMEOUT));
            }
            fetches.survived(consumer.committed(fetching, POSITION_TIMEOUT));
        } catch (RuntimeException e) {
            LOGGER.warn("begun records not taken back instance={} cause={}", settings.instance(), e.toString());
        }
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> next() {
        gathered.clear();
        String unreadable;
        try {
            lookForPlaces();
            fetches.beforePoll(withoutPlace);
            poll(fetches.isCareful() ? Duration.ZERO : IDLE_POLL);
            long deadline = System.nanoTime() + settings.maxWait().toNanos();
            while (!gathered.isEmpty() && gathered.size() < settings.batchSize() && System.nanoTime() < deadline) {
                poll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
            unreadable = readCarefully();
        } catch (FencedInstanceIdException e) {
            throw new BrokenInvariantException(
                    "another process runs as instance " + settings.instance()
                            + "; give each its own wildstream.instance",
                    e);
        } catch (AuthorizationException | AuthenticationException e) {
            throw new BrokenInvariantException("Kafka refuses this instance: " + e.getMessage(), e);
        }
        RestartGuard.Chosen chosen = restarts.choose(List.copyOf(gathered));
        gathered.clear();
        gathered.addAll(chosen.records());
        culprit = chosen.culprit() == null ? unreadable : chosen.culprit();
        return chosen.records();
    }

    @Override
    public @Nullable String culprit() {
        return culprit;
    }

    /** Partitions that were added to {@code samples} wait until {@code teacher-outputs} has them too. */
    private void lookForPlaces() {
        if (withoutPlace.isEmpty()) {
            outputPartitions.none();
        } else if (outputPartitions.isCheckDue()) {
            withoutPlace.retainAll(outputPartitions.without(withoutPlace));
        }
    }

    /** Gathers records of a partition that Kafka's consumer may not read; returns why their only one is there without its bytes. */
    private @Nullable String readCarefully() {
        BoundedUnpacking.Unpacked read = fetches.read();
        if (read == null) {
            return null;
        }
        if (read.unreadable() != null) {
            LOGGER.error(
                    "a record is passed over partition={} offset={}: it {}",
                    read.partition(),
                    read.next() - 1,
                    read.unreadable());
            returnUnfinished(0);
            gathered.clear();
        }
        gathered.addAll(read.records());
        consumer.seek(read.partition(), read.next());
        return read.unreadable();
    }

    @Override
    public String problem() {
        return outputPartitions.problem();
    }

    private void poll(Duration timeout) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            gathered.add(record);
        }
    }

    @Override
    public Committed commit(List<Outcome> outcomes) {
        returnUnfinished(outcomes.size());
        counts.begin();
        List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>(outcomes.size());
        Map<String, Integer> deadLetters = new HashMap<>();
        int outputs = 0;
        int precomputed = 0;
        int endMarkers = 0;
        for (Outcome outcome : outcomes) {
            OutcomeRecords.Written record = records.of(checked(outcome));
            written.add(record.record());
            boolean ended = record.outcome() instanceof Outcome.Ended;
            counts.add(partition(outcome), record.reason() == null && !ended, record.reason() != null);
            if (record.reason() != null) {
                deadLetters.merge(record.reason(), 1, Integer::sum);
            } else if (ended) {
                endMarkers++;
            } else {
                outputs++;
                precomputed += record.isPrecomputed() ? 1 : 0;
            }
        }
        Map<TopicPartition, OffsetAndMetadata> finished = offsets(outcomes);
        write(written, finished);
        counts.end();
        restarts.end(finished);
        fetches.end(finished);
        logDeadLetters(deadLetters);
        return new Committed(outputs, precomputed, endMarkers, deadLetters);
    }

    private void write(List<ProducerRecord<byte[], byte[]>> written, Map<TopicPartition, OffsetAndMetadata> finished) {
        Map<TopicPartition, OffsetAndMetadata> offsets = restarts.takenBack(finished.keySet());
        offsets.putAll(finished);
        try {
            output.write(written, offsets, consumer.groupMetadata());
        } catch (BrokenInvariantException e) {
            if (TransactionalOutput.isRefusal(e)) {
                // The process ends, but not by these records.
                survived();
            }
            throw e;
        }
    }

    /** Records that got no outcome come again. */
    private void returnUnfinished(int finished) {
        Map<TopicPartition, Long> unfinished = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : gathered.subList(finished, gathered.size())) {
            unfinished.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
        }
        unfinished.forEach(consumer::seek);
    }

    /** An end marker of another number of partitions than the topic has would keep students from ending, or end them too early. */
    private Outcome checked(Outcome outcome) {
        if (!(outcome instanceof Outcome.Ended ended)) {
            return outcome;
        }
        String topic = settings.topics().samples();
        int said = ended.marker().getPartitions();
        int there = consumer.partitionsFor(topic, POSITION_TIMEOUT).size();
        if (said != there) {
            // What the consumer knows may be minutes old, and topics grow.
            there = consumer.listTopics(POSITION_TIMEOUT)
                    .getOrDefault(topic, List.of())
                    .size();
        }
        return said == there
                ? ended
                : new Outcome.Refused(
                        ended.record(),
                        Refusal.MALFORMED,
                        "the end of partition " + ended.marker().getSourcePartition() + " of " + said + ", but " + topic
                                + " has " + there + " partitions");
    }

    /** The positions after the records: beyond transaction markers too, so that an idle group has no lag. */
    private Map<TopicPartition, OffsetAndMetadata> offsets(List<Outcome> outcomes) {
        Set<TopicPartition> partitions = new HashSet<>();
        outcomes.forEach(outcome -> partitions.add(partition(outcome)));
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long position = consumer.position(partition, POSITION_TIMEOUT);
            String metadata = counts.at(partition);
            offsets.put(
                    partition,
                    new OffsetAndMetadata(
                            position,
                            restarts.after(partition, position).after(fetches.at(partition, position, metadata))));
        }
        return offsets;
    }

    private static TopicPartition partition(Outcome outcome) {
        return new TopicPartition(outcome.record().topic(), outcome.record().partition());
    }

    @Override
    public void passUndone() {
        if (System.nanoTime() - passedNanos < PASS_INTERVAL.toNanos()) {
            return;
        }
        passedNanos = System.nanoTime();
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned, POSITION_TIMEOUT);
        Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>();
        for (TopicPartition partition : assigned) {
            long position = consumer.position(partition, POSITION_TIMEOUT);
            OffsetAndMetadata before = committed.get(partition);
            if (position > (before == null ? 0 : before.offset())) {
                ahead.put(partition, new OffsetAndMetadata(position, PartitionCounts.ahead(position, before)));
            }
        }
        if (!ahead.isEmpty()) {
            output.write(List.of(), ahead, consumer.groupMetadata());
            restarts.passed(ahead.keySet());
        }
    }

    private static void logDeadLetters(Map<String, Integer> deadLetters) {
        if (!deadLetters.isEmpty()) {
            LOGGER.info("dead letters written reasons={}", deadLetters);
        }
    }

    @Override
    public boolean joined() {
        return consumer.groupMetadata().generationId() >= 0;
    }

    @Override
    public long lag() {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    @Override
    public void close() {
        output.close();
        fetches.close();
        outputPartitions.close();
        consumerMeters.close();
        try {
            consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(CLOSE_TIMEOUT));
        } catch (KafkaException e) {
            LOGGER.warn("group not left cleanly instance={} cause={}", settings.instance(), e.toString());
        }
    }

    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            restarts.forget(partitions);
            counts.forget(partitions);
            LOGGER.info("partitions assigned instance={} partitions={}", settings.instance(), partitions);
            fetches.assigned(partitions);
            withoutPlace.addAll(outputPartitions.without(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            restarts.forget(partitions);
            gathered.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
            counts.forget(partitions);
            fetches.revoked(partitions);
            withoutPlace.removeAll(partitions);
            LOGGER.info("partitions revoked instance={} partitions={}", settings.instance(), partitions);
        }
    }
}
