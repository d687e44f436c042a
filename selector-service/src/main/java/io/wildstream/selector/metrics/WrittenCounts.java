// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.contracts.v1.SelectorStatus.WrittenCount;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How many records a task has written to each topic, kept in its state: a restart, or another instance that takes the task over, continues
 * to count from what is committed. What is reported includes the records of the open transaction. Of one task's thread; {@link #report} is
 * for any.
 */
public final class WrittenCounts {

    /** The partition that the ranking stage, which reads those of all partitions, reports. */
    public static final int RANKING = -1;

    private static final String PREFIX = "\0written/";
    /** Whether counting began with the state: 1, or with a state that was there: 0. Sorts before the counts. */
    private static final Bytes COMPLETE = Bytes.wrap("\0written".getBytes(UTF_8));

    private final KeyValueStore<Bytes, byte[]> store;
    private final int partition;
    private final boolean isNew;
    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private volatile boolean began;
    private volatile boolean complete = true;

    /**
     * The counts in a task's store. It writes nothing before the first record.
     *
     * @param isNew whether nothing else is in the store yet
     */
    public WrittenCounts(KeyValueStore<Bytes, byte[]> store, int partition, boolean isNew) {
        this.store = store;
        this.partition = partition;
        this.isNew = isNew;
        byte[] flag = store.get(COMPLETE);
        if (flag != null) {
            began = true;
            complete = flag[0] == 1;
        }
        try (BytesSerializer serializer = new BytesSerializer();
                var entries = store.prefixScan(Bytes.wrap(PREFIX.getBytes(UTF_8)), serializer)) {
            while (entries.hasNext()) {
                var entry = entries.next();
                String topic = new String(entry.key.get(), UTF_8).substring(PREFIX.length());
                counts.put(topic, ByteBuffer.wrap(entry.value).getLong());
            }
        }
    }

    /** The task reads a record: from here on it may write to its state. */
    public void begin() {
        if (!began) {
            began = true;
            complete = isNew;
            store.put(COMPLETE, new byte[] {(byte) (complete ? 1 : 0)});
        }
    }

    /** The task writes a record to a topic, named without its prefix. */
    public void add(String topic) {
        long count = counts.merge(topic, 1L, Long::sum);
        store.put(
                Bytes.wrap((PREFIX + topic).getBytes(UTF_8)),
                ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }

    /** Whether everything that was ever written by the task was counted. */
    public boolean isComplete() {
        return complete;
    }

    /** For a heartbeat. */
    public List<WrittenCount> report() {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(count -> WrittenCount.newBuilder()
                        .setTopic(count.getKey())
                        .setPartition(partition)
                        .setRecords(count.getValue())
                        .build())
                .toList();
    }
}
