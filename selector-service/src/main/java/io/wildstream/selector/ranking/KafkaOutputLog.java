// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import io.wildstream.contracts.Topics;
import io.wildstream.selector.streams.Timestamps;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** {@link OutputLog} over a consumer without a group. All partitions are assigned; those that are not read are paused. */
public final class KafkaOutputLog implements OutputLog {

    private static final Duration WAIT = Duration.ofMillis(50);
    private static final int MAX_POLL_RECORDS = 500;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    /** The position of the consumer, by partition, as it was last set. */
    private final Map<Integer, Long> next = new HashMap<>();

    /**
     * Opens the log.
     *
     * @param client bootstrap servers and security
     * @throws org.apache.kafka.common.KafkaException when Kafka does not respond
     */
    public KafkaOutputLog(Map<String, ?> client, Topics topics) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_MESSAGE_BYTES);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = topics.teacherOutputs();
        int count = consumer.partitionsFor(topic).size();
        partitions = IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.pause(partitions);
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public boolean hasGrown() {
        String topic = partitions.get(0).topic();
        return consumer.listTopics().getOrDefault(topic, List.of()).size() > partitions.size();
    }

    @Override
    public long begin(int partition) {
        TopicPartition wanted = partitions.get(partition);
        return consumer.beginningOffsets(List.of(wanted)).getOrDefault(wanted, 0L);
    }

    @Override
    public Batch read(int partition, long offset) {
        if (partition >= partitions.size()) {
            throw grown();
        }
        long[] offsets = new long[partitions.size()];
        Arrays.fill(offsets, -1);
        offsets[partition] = offset;
        seek(offsets);
        return batch(partition, consumer.poll(WAIT));
    }

    @Override
    public @Nullable Batch[] poll(long[] offsets) {
        seek(offsets);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
        @Nullable Batch[] batches = new Batch[offsets.length];
        for (int partition = 0; partition < offsets.length; partition++) {
            batches[partition] = offsets[partition] < 0 ? null : batch(partition, records);
        }
        return batches;
    }

    private void seek(long[] offsets) {
        for (int partition = 0; partition < offsets.length; partition++) {
            TopicPartition one = partitions.get(partition);
            if (offsets[partition] < 0) {
                consumer.pause(List.of(one));
                continue;
            }
            consumer.resume(List.of(one));
            if (!Objects.equals(next.get(partition), offsets[partition])) {
                consumer.seek(one, offsets[partition]);
            }
        }
    }

    private Batch batch(int partition, ConsumerRecords<byte[], byte[]> records) {
        TopicPartition one = partitions.get(partition);
        List<Entry> entries = records.records(one).stream()
                .map(record -> new Entry(
                        record.offset(),
                        new Record<>(
                                record.key(), record.value(), Timestamps.usable(record.timestamp()), record.headers())))
                .toList();
        long position = consumer.position(one);
        next.put(partition, position);
        return new Batch(entries, position);
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
