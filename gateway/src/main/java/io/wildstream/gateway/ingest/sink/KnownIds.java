// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.IngestedIds;
import io.wildstream.contracts.v1.SamplePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The most recent ids of the topic {@code ingested-ids}, up to the offset that it was read to. Not thread-safe. */
final class KnownIds {

    private static final Logger LOGGER = LoggerFactory.getLogger(KnownIds.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> properties;
    private final TopicPartition partition;
    private final Duration timeout;
    private final IdWindow window;
    private long position;

    /**
     * Makes an empty window.
     *
     * @param client settings of every Kafka client
     * @param timeout time without progress after which reading fails
     */
    KnownIds(Map<String, Object> client, String topic, int limit, Duration timeout) {
        this.properties = new TreeMap<>(client);
        this.properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Where retention has removed what was to be read next, the oldest record that is left comes next.
        this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.partition = new TopicPartition(topic, 0);
        this.timeout = timeout;
        this.window = new IdWindow(limit);
    }

    /** Where the sample of this id is, or null when the id is not known. */
    @Nullable SamplePosition find(IdHash id) {
        return window.find(id);
    }

    /** Adds an id that this process has committed itself. */
    void add(IdHash id, int samplePartition, long sampleOffset) {
        window.add(id, samplePartition, sampleOffset);
    }

    /**
     * Reads all that is committed and was not read before.
     *
     * @throws TimeoutException when Kafka does not answer
     */
    void catchUp() {
        int before = window.size();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition), timeout).getOrDefault(partition, 0L);
            consumer.seek(partition, position);
            long deadline = System.nanoTime() + timeout.toNanos();
            while (position < end) {
                consumer.poll(POLL).forEach(this::take);
                long now = consumer.position(partition, timeout);
                if (now > position) {
                    deadline = System.nanoTime() + timeout.toNanos();
                }
                position = now;
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException(partition + " could not be read beyond " + position + " of " + end);
                }
            }
        }
        LOGGER.info("ids caught up known={} before={} offset={}", window.size(), before, position);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            IngestedIds ids = IngestedIds.parseFrom(record.value());
            ByteBuffer hashes = ids.getHashes().asReadOnlyByteBuffer();
            int count = ids.getPartitionsCount();
            if (hashes.remaining() != count * IdHash.BYTES || ids.getOffsetsCount() != count) {
                throw new InvalidProtocolBufferException("its lists have different lengths");
            }
            for (int i = 0; i < count; i++) {
                window.add(new IdHash(hashes.getLong(), hashes.getLong()), ids.getPartitions(i), ids.getOffsets(i));
            }
        } catch (InvalidProtocolBufferException e) {
            LOGGER.error(
                    "record of ids cannot be read and is skipped topic={} offset={} cause={}",
                    record.topic(),
                    record.offset(),
                    e.toString());
        }
    }

    /** The message that {@link #catchUp} reads, for ids and the positions of their samples. */
    static IngestedIds message(Map<IdHash, SamplePosition> positions) {
        ByteBuffer hashes = ByteBuffer.allocate(positions.size() * IdHash.BYTES);
        IngestedIds.Builder message = IngestedIds.newBuilder();
        positions.forEach((id, position) -> {
            hashes.putLong(id.high()).putLong(id.low());
            message.addPartitions(position.getPartition()).addOffsets(position.getOffset());
        });
        return message.setHashes(ByteString.copyFrom(hashes.flip())).build();
    }
}
