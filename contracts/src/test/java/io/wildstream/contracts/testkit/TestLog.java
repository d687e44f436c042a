// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads whole topics and writes records, for tests that look at what was really committed. */
public final class TestLog {

    private static final Duration MARKERS = Duration.ofSeconds(3);

    private TestLog() {}

    /**
     * All committed records of a topic up to its end now, by partition and offset. A transaction's markers are written after its commit
     * has returned: they are waited for; a transaction that stays open is not.
     */
    public static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Map<String, Object> properties = new HashMap<>(TestBroker.get().client());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = stableEnd(consumer, partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** The end up to which no transaction is open, once that is the whole log or some seconds have passed. */
    private static Map<TopicPartition, Long> stableEnd(
            KafkaConsumer<byte[], byte[]> committed, List<TopicPartition> partitions) {
        long deadline = System.nanoTime() + MARKERS.toNanos();
        try (var all = new KafkaConsumer<>(
                TestBroker.get().client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> whole = all.endOffsets(partitions);
            while (true) {
                Map<TopicPartition, Long> stable = committed.endOffsets(partitions);
                boolean reached = partitions.stream().allMatch(p -> stable.get(p) >= whole.get(p));
                if (reached || System.nanoTime() > deadline) {
                    return stable;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Writes records and returns when all are stored. */
    public static void write(Iterable<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> properties = new HashMap<>(TestBroker.get().client());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (var future : sent) {
                future.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
