// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.StreamCounts;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What was read and written of each partition that this instance has, as the next transaction will commit it. Belongs to the pipeline's
 * thread.
 */
final class PartitionCounts {

    private final Map<TopicPartition, StreamCounts> committed = new HashMap<>();
    private final Map<TopicPartition, StreamCounts> next = new HashMap<>();
    /** Whether a partition is counted at all: not one whose offsets a version before 0.3 has committed. */
    private final Map<TopicPartition, Boolean> counted = new HashMap<>();

    /** The open transaction is undone: what is committed must be learned again. */
    void forgetAll() {
        committed.clear();
        next.clear();
        counted.clear();
    }

    /** Partitions came or went: others may have worked on them. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(committed::remove);
        partitions.forEach(next::remove);
        partitions.forEach(counted::remove);
    }

    /**
     * Takes the counts of a partition.
     *
     * @param there what is committed; null when nothing is
     * @param firstOffset that of the first record that is read
     */
    void learn(TopicPartition partition, @Nullable OffsetAndMetadata there, long firstOffset) {
        Optional<StreamCounts> counts =
                there == null ? Optional.of(StreamCounts.before(firstOffset)) : StreamCounts.of(there.metadata());
        counted.put(partition, counts.isPresent());
        committed.put(partition, counts.orElse(StreamCounts.before(firstOffset)));
    }

    /** A transaction begins. */
    void begin() {
        next.clear();
    }

    /** A record is answered by an output, a dead letter or neither. */
    void add(TopicPartition partition, boolean output, boolean deadLetter) {
        StreamCounts before = next.getOrDefault(partition, known(partition));
        next.put(partition, output ? before.withOutput() : deadLetter ? before.withDeadLetter() : before);
    }

    private StreamCounts known(TopicPartition partition) {
        StreamCounts known = committed.get(partition);
        if (known == null) {
            throw new IllegalStateException("the counts of " + partition + " were not learned");
        }
        return known;
    }

    /** The metadata of the offset after the records of a partition that were added; empty where nothing is counted. */
    String at(TopicPartition partition) {
        return metadata(partition, next.get(partition));
    }

    /** The metadata of the committed offset of a partition, with nothing added. */
    String before(TopicPartition partition) {
        return metadata(partition, known(partition));
    }

    private String metadata(TopicPartition partition, @Nullable StreamCounts counts) {
        return counts == null || !counted.getOrDefault(partition, false) ? "" : counts.metadata();
    }

    /** The transaction is committed. */
    void end() {
        committed.putAll(next);
        next.clear();
    }

    /** The metadata of a position further on, with nothing counted between; what is suspected of the records that follow stays. */
    static String ahead(long position, @Nullable OffsetAndMetadata before) {
        if (before == null) {
            return StreamCounts.before(position).metadata();
        }
        String counts =
                StreamCounts.of(before.metadata()).map(StreamCounts::metadata).orElse("");
        String fetched = FetchMark.of(before.metadata()).at(position).after(counts);
        return Suspicion.of(before.metadata()).passing(position).after(fetched);
    }
}
