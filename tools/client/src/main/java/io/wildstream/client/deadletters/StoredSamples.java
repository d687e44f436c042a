// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The samples of teacher outputs that do not hold them, as far as {@code samples} still has them. */
public final class StoredSamples implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int POLLS = 20;

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable Map<TopicPartition, Long> begins;

    /** Reads from a Kafka; the settings are those that each of its clients needs. */
    public StoredSamples(Map<String, Object> kafka, Topics topics) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        this.topic = topics.samples();
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Whether retention has removed the sample of an output, or its topic with it. */
    public boolean isGone(TeacherOutput output) {
        if (begins == null) {
            List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
            begins = consumer.beginningOffsets(partitions.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList());
        }
        Long begin = begins.get(partition(output));
        return begin == null || output.getPosition().getOffset() < begin;
    }

    /** The sample of an output; empty when it is not there any more, or another one is. */
    public Optional<Sample> find(TeacherOutput output) {
        if (isGone(output)) {
            return Optional.empty();
        }
        TopicPartition partition = partition(output);
        consumer.assign(List.of(partition));
        consumer.seek(partition, output.getPosition().getOffset());
        for (int poll = 0; poll < POLLS; poll++) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return sample(record, output);
            }
        }
        return Optional.empty();
    }

    private static Optional<Sample> sample(ConsumerRecord<byte[], byte[]> record, TeacherOutput output) {
        if (record.offset() != output.getPosition().getOffset() || record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Sample.parseFrom(record.value()))
                    .filter(sample -> sample.getId().equals(output.getHead().getId()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private TopicPartition partition(TeacherOutput output) {
        return new TopicPartition(topic, output.getPosition().getPartition());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
