// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.StreamCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What was read and written of each partition that this instance has, as the next transaction will commit it. Belongs to the pipeline's
 * thread.
 */
final class PartitionCounts {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Consumer<?, ?> consumer;
    private final Map<TopicPartition, StreamCounts> committed = new HashMap<>();
    private final Map<TopicPartition, StreamCounts> next = new HashMap<>();
    /** Whether a partition is counted at all: not one whose offsets a version before 0.3 has committed. */
    private final Map<TopicPartition, Boolean> counted = new HashMap<>();

    PartitionCounts(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** The partitions may have other owners, or the open transaction is undone: what is committed is asked again. */
    void forget() {
        committed.clear();
        next.clear();
        counted.clear();
    }

    /** A transaction begins. */
    void begin() {
        next.clear();
    }

    /** A record is answered by an output, a dead letter or neither. */
    void add(TopicPartition partition, long offset, boolean output, boolean deadLetter) {
        StreamCounts before = next.get(partition);
        if (before == null) {
            before = known(partition, offset);
        }
        next.put(partition, output ? before.withOutput() : deadLetter ? before.withDeadLetter() : before);
    }

    private StreamCounts known(TopicPartition partition, long firstOffset) {
        StreamCounts known = committed.get(partition);
        if (known == null) {
            OffsetAndMetadata there =
                    consumer.committed(Set.of(partition), TIMEOUT).get(partition);
            counted.put(
                    partition,
                    there == null || StreamCounts.of(there.metadata()).isPresent());
            known = there == null
                    ? StreamCounts.before(firstOffset)
                    : StreamCounts.of(there.metadata()).orElse(StreamCounts.before(firstOffset));
            committed.put(partition, known);
        }
        return known;
    }

    /** The metadata of the offset after the records of a partition that were added; empty where nothing is counted. */
    String at(TopicPartition partition) {
        return metadata(partition, next.get(partition));
    }

    /** The metadata of the offset before a record of a partition, with nothing added. */
    String before(TopicPartition partition, long offset) {
        return metadata(partition, known(partition, offset));
    }

    private String metadata(TopicPartition partition, @Nullable StreamCounts counts) {
        return counts == null || !counted.getOrDefault(partition, false) ? "" : counts.metadata();
    }

    /** The transaction is committed. */
    void end() {
        committed.putAll(next);
        next.clear();
    }

    /** The metadata of a position further on, with nothing counted between. */
    static String ahead(long position, @Nullable OffsetAndMetadata before) {
        return before == null
                ? StreamCounts.before(position).metadata()
                : StreamCounts.of(before.metadata()).map(StreamCounts::metadata).orElse("");
    }
}
