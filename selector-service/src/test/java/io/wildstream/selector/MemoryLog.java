// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.selector.ranking.OutputLog;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Record;

/** {@code teacher-outputs} in memory, a few records at a time. */
final class MemoryLog implements OutputLog {

    private static final int BATCH = 100;

    private final List<List<Entry>> partitions = new ArrayList<>();
    private long served;

    MemoryLog(int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    /** Appends a record to its partition; its offset is the number of those before. */
    void append(ProducerRecord<byte[], byte[]> record) {
        List<Entry> partition = partitions.get(record.partition());
        partition.add(new Entry(partition.size(), new Record<>(record.key(), record.value(), 1L, record.headers())));
    }

    /** Records that were read so far. */
    long served() {
        return served;
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public boolean hasGrown() {
        return false;
    }

    @Override
    public long begin(int partition) {
        return 0;
    }

    @Override
    public Batch read(int partition, long offset) {
        List<Entry> all = partitions.get(partition);
        int end = (int) Math.min(all.size(), offset + BATCH);
        served += end - offset;
        return new Batch(List.copyOf(all.subList((int) offset, end)), end);
    }

    @Override
    public Batch[] poll(long[] offsets) {
        Batch[] batches = new Batch[offsets.length];
        for (int partition = 0; partition < offsets.length; partition++) {
            batches[partition] = offsets[partition] < 0 ? null : read(partition, offsets[partition]);
        }
        return batches;
    }

    @Override
    public void close() {}
}
