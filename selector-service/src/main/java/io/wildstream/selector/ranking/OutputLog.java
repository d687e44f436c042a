// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What is committed in {@code teacher-outputs}, to be read at any place. Used by one thread. */
public interface OutputLog extends AutoCloseable {

    /** One record. */
    record Entry(long offset, Record<byte[], byte[]> record) {}

    /**
     * Some consecutive records.
     *
     * @param entries in their order; none when nothing more is committed
     * @param next offset to read on from
     */
    record Batch(List<Entry> entries, long next) {}

    /** Partitions of the topic. */
    int partitions();

    /** Whether the topic has more partitions now than this log reads; asks Kafka. */
    boolean hasGrown();

    /** The failure that has a log that has grown opened again. */
    default KafkaException grown() {
        return new KafkaException("teacher-outputs had " + partitions()
                + " partitions when it was opened and has more now: a new thread opens it again");
    }

    /** Offset of the first record that is still kept. */
    long begin(int partition);

    /**
     * Reads on in one partition, waiting a little for what is committed there.
     *
     * @param offset to begin at; where records were deleted, reading begins with the first one that is left
     */
    Batch read(int partition, long offset);

    /**
     * Reads on in several partitions without waiting.
     *
     * @param offsets to begin at, by partition; below 0 for a partition that is not wanted
     * @return what has come, by partition; null for a partition that is not wanted
     */
    @Nullable Batch[] poll(long[] offsets);

    @Override
    void close();
}
