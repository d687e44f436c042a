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
 *
 * <p>A mark that records are begun stands while a turn works on them, and no longer: the turn's commit replaces it, and takes back those
 * of partitions that the turn did not reach; a process that lives on after a turn that failed takes all of them back.
 */
final class RestartGuard {

    private static final Logger LOGGER = LoggerFactory.getLogger(RestartGuard.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalOutput output;
    private final PartitionCounts counts;
    private final FetchGuard fetches;
    private final int batch;
    /** What holds for this process of the records that follow, in the partitions from which it had records since it got them. */
    private final Map<TopicPartition, Suspicion> suspicions = new HashMap<>();
    /** Marks of partitions in which this process finished no record yet, and has none begun. */
    private final Map<TopicPartition, Mark> due = new HashMap<>();
    /** Marks that were written and neither replaced nor taken back. */
    private final Map<TopicPartition, Mark> standing = new HashMap<>();

    /** A committed offset as it is while the records after it are begun, and as it was before. */
    private record Mark(OffsetAndMetadata begun, OffsetAndMetadata before) {

        boolean stands(@Nullable OffsetAndMetadata committed) {
            return committed != null
                    && committed.offset() == begun.offset()
                    && committed.metadata().equals(begun.metadata());
        }
    }

    /**
     * Nothing is suspected yet.
     *
     * @param counts gets what the offsets' metadata says besides
     * @param fetches has what else it says
     * @param batch most records that are worked on at once
     */
    RestartGuard(
            Consumer<byte[], byte[]> consumer,
            TransactionalOutput output,
            PartitionCounts counts,
            FetchGuard fetches,
            int batch) {
        this.consumer = consumer;
        this.output = output;
        this.counts = counts;
        this.fetches = fetches;
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
        partitions.forEach(due::remove);
        partitions.forEach(standing::remove);
    }

    /** Committed offsets were moved past records that were undone, with what their metadata says of those after them. */
    void passed(Collection<TopicPartition> partitions) {
        forget(partitions.stream()
                .filter(partition -> suspicion(partition).kind() != Kind.NONE)
                .toList());
    }

    /** All records, or one that is to be tried alone; the consumer then stands after it. Writes down what is begun. */
    Chosen choose(List<ConsumerRecord<byte[], byte[]>> gathered) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        gathered.forEach(record -> firsts.putIfAbsent(partition(record), record.offset()));
        learn(firsts);
        for (ConsumerRecord<byte[], byte[]> record : gathered) {
            if (suspicion(partition(record)).isAlone()) {
                return alone(record, firsts);
            }
        }
        Map<TopicPartition, Mark> begun = new HashMap<>(due);
        begun.keySet().retainAll(firsts.keySet());
        begin(begun);
        return new Chosen(gathered, null);
    }

    /** What the metadata of a partition's next offset says of the records after it. */
    Suspicion after(TopicPartition partition, long nextOffset) {
        return suspicion(partition).at(nextOffset);
    }

    /** Offsets that take back the marks of all partitions but those whose records a turn has finished. */
    Map<TopicPartition, OffsetAndMetadata> takenBack(Set<TopicPartition> finished) {
        Map<TopicPartition, OffsetAndMetadata> back = new HashMap<>();
        standing.forEach((partition, mark) -> {
            if (!finished.contains(partition)) {
                back.put(partition, mark.before);
            }
        });
        return back;
    }

    /** The transaction of a turn, with these offsets for the partitions whose records it has finished, is committed. */
    void end(Map<TopicPartition, OffsetAndMetadata> finished) {
        finished.forEach((partition, next) -> {
            suspicions.put(partition, after(partition, next.offset()));
            standing.remove(partition);
        });
        due.putAll(standing);
        standing.clear();
    }

    /** The partitions whose records this process has begun and not finished. */
    Set<TopicPartition> begun() {
        return Set.copyOf(standing.keySet());
    }

    /**
     * A turn failed and the process lives on: marks that still stand are taken back, and everything is learned again.
     *
     * @param committed what is committed in the partitions that have marks
     */
    void survived(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> back = takenBack(Set.of());
        // Not those that a transaction of unknown fate has replaced.
        back.keySet().removeIf(partition -> {
            Mark mark = standing.get(partition);
            return mark == null || !mark.stands(committed.get(partition));
        });
        if (!back.isEmpty()) {
            output.write(List.of(), back, consumer.groupMetadata());
        }
        forgetAll();
    }

    /** Everything is learned again. */
    void forgetAll() {
        suspicions.clear();
        due.clear();
        standing.clear();
    }

    private void learn(Map<TopicPartition, Long> firsts) {
        Set<TopicPartition> fresh = new HashSet<>(firsts.keySet());
        fresh.removeAll(suspicions.keySet());
        if (fresh.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(fresh, TIMEOUT);
        for (TopicPartition partition : fresh) {
            learn(partition, committed.get(partition), firsts.getOrDefault(partition, 0L));
        }
    }

    private void learn(TopicPartition partition, @Nullable OffsetAndMetadata committed, long first) {
        counts.learn(partition, committed, first);
        Suspicion before = committed == null ? Suspicion.NONE : Suspicion.of(committed.metadata());
        Suspicion now = before.begunAgain(first + batch);
        suspicions.put(partition, now);
        if (now.isAlone()) {
            LOGGER.warn(
                    "processes ended again and again with the records that follow, trying them one by one"
                            + " partition={} offset={} until={}",
                    partition,
                    first,
                    now.number());
        } else {
            due.put(partition, mark(partition, committed == null ? first : committed.offset(), before, now));
        }
    }

    private Chosen alone(ConsumerRecord<byte[], byte[]> record, Map<TopicPartition, Long> firsts) {
        TopicPartition partition = partition(record);
        firsts.forEach(consumer::seek);
        consumer.seek(partition, record.offset() + 1);
        Suspicion suspicion = suspicion(partition);
        if (suspicion.kind() == Kind.TRYING) {
            LOGGER.error(
                    "a process ended while it tried this record alone partition={} offset={}",
                    partition,
                    record.offset());
            return new Chosen(
                    List.of(record),
                    "the teacher's process ended again and again with this record, at last when it was tried alone: decoding it takes"
                            + " too long or too much memory, or the teacher's model brings the process down");
        }
        begin(Map.of(partition, mark(partition, record.offset(), suspicion, suspicion.trying())));
        return new Chosen(List.of(record), null);
    }

    private Mark mark(TopicPartition partition, long offset, Suspicion before, Suspicion begun) {
        String metadata = fetches.before(partition, counts.before(partition));
        return new Mark(
                new OffsetAndMetadata(offset, begun.after(metadata)),
                new OffsetAndMetadata(offset, before.after(metadata)));
    }

    private void begin(Map<TopicPartition, Mark> marks) {
        if (marks.isEmpty()) {
            return;
        }
        // First remembered: a transaction that seems to fail may be committed all the same.
        standing.putAll(marks);
        due.keySet().removeAll(marks.keySet());
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        marks.forEach((partition, mark) -> offsets.put(partition, mark.begun));
        output.write(List.of(), offsets, consumer.groupMetadata());
    }

    private Suspicion suspicion(TopicPartition partition) {
        return suspicions.getOrDefault(partition, Suspicion.NONE);
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
