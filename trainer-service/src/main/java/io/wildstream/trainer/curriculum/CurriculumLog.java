// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.RestingConsumer;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.trainer.reference.ObjectFetcher;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One curriculum's topic: committed records only, from any offset, without a consumer group: the checkpoint holds the offset. */
public final class CurriculumLog {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> properties;
    private final TopicPartition partition;

    /**
     * A log; nothing is read yet.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     */
    public CurriculumLog(Map<String, ?> clientProperties, String topic) {
        this.partition = new TopicPartition(topic, 0);
        this.properties = new HashMap<>(clientProperties);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    }

    /** A spec change and its offset. */
    public record PlacedSpec(long offset, TrainingSpec spec) {}

    /** The log's one partition. */
    public TopicPartition partition() {
        return partition;
    }

    /** A new consumer that reads on from an offset; the caller closes it. */
    public Consumer<byte[], byte[]> consumerAt(long offset) {
        Consumer<byte[], byte[]> consumer = new RestingConsumer(properties);
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        return consumer;
    }

    /**
     * The first spec for a student that satisfies a condition; waits for one to be written.
     *
     * @param from offset to begin at, or -1 for the beginning of the log
     * @param keepWaiting asked several times a second
     * @return null when {@code keepWaiting} was false
     */
    public @Nullable PlacedSpec awaitSpec(
            String student, long from, Predicate<TrainingSpec> condition, BooleanSupplier keepWaiting) {
        try (Consumer<byte[], byte[]> consumer = consumerAt(Math.max(from, 0))) {
            if (from < 0) {
                consumer.seekToBeginning(List.of(partition));
            }
            while (keepWaiting.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    TrainingSpec spec = specOf(student, record);
                    if (spec != null && condition.test(spec)) {
                        return new PlacedSpec(record.offset(), spec);
                    }
                }
            }
            return null;
        }
    }

    private static @Nullable TrainingSpec specOf(String student, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || !RecordParser.isCurriculumRecord(record)) {
            return null;
        }
        try {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            boolean own =
                    entry.hasSpecChange() && entry.getSpecChange().getStudent().equals(student);
            return own ? entry.getSpecChange().getSpec() : null;
        } catch (InvalidProtocolBufferException e) {
            return null; // a bad record is refused where it is learned from, not here
        }
    }

    /** Offset of the oldest record that is kept. */
    public long begin() {
        try (Consumer<byte[], byte[]> consumer = consumerAt(0)) {
            return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }

    /** The committed record at an offset; null when there is none. */
    @Nullable ConsumerRecord<byte[], byte[]> recordAt(long offset) {
        try (Consumer<byte[], byte[]> consumer = consumerAt(offset)) {
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (offset < end && consumer.position(partition) <= offset) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    return record.offset() == offset ? record : null;
                }
            }
            return null;
        }
    }

    /**
     * Reads the events of an offset range that has been read before: how a rehearsal window is rebuilt.
     *
     * @param from first offset
     * @param to first offset that is not read
     * @param objects fetches what records refer to; null when they may not refer to anything
     * @param rereading takes the events
     * @return whether all was read: not when {@code rereading} gave up
     * @throws IllegalStateException when the log does not reach that far
     * @throws IllegalArgumentException when a record refers to bytes that cannot be fetched here
     */
    public boolean readAgain(
            long from, long to, RecordParser parser, @Nullable ObjectFetcher objects, Rereading rereading)
            throws InterruptedException {
        RecordQueue records = new RecordQueue(parser, objects);
        try (Consumer<byte[], byte[]> consumer = consumerAt(from)) {
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            if (end < to) {
                throw new IllegalStateException(partition.topic() + " ends at offset " + end + ", it was read up to "
                        + to + " before: Kafka has lost what was learned from");
            }
            while (consumer.position(partition) < to) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to) {
                        records.add(record);
                    }
                    while (records.isDue()) {
                        if (!takeNext(records, rereading)) {
                            return false;
                        }
                    }
                }
            }
        }
        while (!records.isEmpty()) {
            if (!takeNext(records, rereading)) {
                return false;
            }
        }
        return true;
    }

    private static boolean takeNext(RecordQueue records, Rereading rereading) throws InterruptedException {
        CurriculumEvent event = records.poll(POLL);
        if (!rereading.keepsWaiting(event == null ? records.problem() : "")) {
            return false;
        }
        if (event != null) {
            rereading.take(event);
        }
        return true;
    }

    /** Takes what is read again. */
    @FunctionalInterface
    public interface Rereading {

        /** The next event. */
        void take(CurriculumEvent event);

        /**
         * Asked again and again while an object is waited for, and before each event.
         *
         * @param problem why it does not come, in words; empty when nothing is wrong
         * @return false to give up
         */
        default boolean keepsWaiting(String problem) {
            return true;
        }
    }
}
