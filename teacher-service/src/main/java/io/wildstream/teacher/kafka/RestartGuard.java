// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.teacher.kafka.Suspicion.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the record that ends the process again and again, by a decoder that never comes back or a model that brings it down: what was
 * begun three times and never finished is tried record by record, and a record with which a process ended while it was tried alone is not
 * tried again. All of it is counted in the metadata of the committed offsets, so that it outlives the process and moves with the partition.
 */
final class RestartGuard {

    private static final Logger LOGGER = LoggerFactory.getLogger(RestartGuard.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalOutput output;
    private final PartitionCounts counts;
    private final int batch;
    /** Of the partitions from which this process had records since it got them. */
    private final Map<TopicPartition, Suspicion> suspicions = new HashMap<>();
    /** Partitions whose next record ended a process. */
    private final Set<TopicPartition> culprits = new HashSet<>();

    /**
     * Nothing is suspected yet.
     *
     * @param counts what the offsets' metadata says besides
     * @param batch most records that are worked on at once
     */
    RestartGuard(Consumer<byte[], byte[]> consumer, TransactionalOutput output, PartitionCounts counts, int batch) {
        this.consumer = consumer;
        this.output = output;
        this.counts = counts;
        this.batch = batch;
    }

    /**
     * What to work on now.
     *
     * @param culprit why the only record must not be tried; null when all may be
     */
    record Chosen(
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable String culprit) {}

    /** Partitions came or went: others may have worked on them. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(suspicions::remove);
        culprits.removeAll(partitions);
    }

    /** All records, or one that is to be tried alone; the consumer then stands after it. Writes down what is begun. */
    Chosen choose(List<ConsumerRecord<byte[], byte[]>> gathered) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        gathered.forEach(record -> firsts.putIfAbsent(partition(record), record.offset()));
        begin(firsts);
        for (ConsumerRecord<byte[], byte[]> record : gathered) {
            if (suspicion(partition(record)).isAlone()) {
                return alone(record, firsts);
            }
        }
        return new Chosen(gathered, null);
    }

    /** What is known about a partition when the records before an offset are finished. */
    Suspicion finished(TopicPartition partition, long nextOffset) {
        culprits.remove(partition);
        Suspicion next = suspicion(partition).at(nextOffset);
        suspicions.put(partition, next);
        return next;
    }

    private void begin(Map<TopicPartition, Long> firsts) {
        Set<TopicPartition> fresh = new HashSet<>(firsts.keySet());
        fresh.removeAll(suspicions.keySet());
        if (fresh.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(fresh, TIMEOUT);
        Map<TopicPartition, OffsetAndMetadata> begun = new HashMap<>();
        Map<TopicPartition, Suspicion> now = new HashMap<>();
        Set<TopicPartition> tried = new HashSet<>();
        for (TopicPartition partition : fresh) {
            OffsetAndMetadata before = committed.get(partition);
            Suspicion suspicion = before == null ? Suspicion.NONE : Suspicion.of(before.metadata());
            long first = firsts.getOrDefault(partition, 0L);
            if (suspicion.kind() == Kind.TRYING) {
                tried.add(partition);
            }
            Suspicion next = suspicion.begunAgain(first + batch);
            now.put(partition, next);
            begun.put(
                    partition,
                    new OffsetAndMetadata(
                            before == null ? first : before.offset(), next.after(counts.before(partition, first))));
        }
        output.write(List.of(), begun, consumer.groupMetadata());
        now.forEach((partition, suspicion) -> {
            if (suspicion.isAlone()) {
                LOGGER.warn(
                        "processes ended again and again with the records that follow, trying them one by one"
                                + " partition={} offset={} until={}",
                        partition,
                        firsts.get(partition),
                        suspicion.number());
            }
        });
        suspicions.putAll(now);
        culprits.addAll(tried);
    }

    private Chosen alone(ConsumerRecord<byte[], byte[]> record, Map<TopicPartition, Long> firsts) {
        TopicPartition partition = partition(record);
        firsts.forEach(consumer::seek);
        consumer.seek(partition, record.offset() + 1);
        if (culprits.contains(partition)) {
            LOGGER.error(
                    "a process ended while it tried this record alone partition={} offset={}",
                    partition,
                    record.offset());
            return new Chosen(
                    List.of(record),
                    "the teacher's process ended again and again with this record, at last when it was tried alone: decoding it takes"
                            + " too long or too much memory, or the teacher's model brings the process down");
        }
        Suspicion trying = suspicion(partition).trying();
        output.write(
                List.of(),
                Map.of(
                        partition,
                        new OffsetAndMetadata(
                                record.offset(), trying.after(counts.before(partition, record.offset())))),
                consumer.groupMetadata());
        return new Chosen(List.of(record), null);
    }

    private Suspicion suspicion(TopicPartition partition) {
        return suspicions.getOrDefault(partition, Suspicion.NONE);
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
