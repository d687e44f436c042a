// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
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

    /** A transaction whose end is decided and whose markers are on their way. */
    private static final ListTransactionsOptions ENDING = new ListTransactionsOptions()
            .filterStates(Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));

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

    /** The end up to which no transaction is open, once that is the whole log or no transaction is about to end. */
    private static Map<TopicPartition, Long> stableEnd(
            KafkaConsumer<byte[], byte[]> committed, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> whole;
        try (var all = new KafkaConsumer<>(
                TestBroker.get().client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            whole = all.endOffsets(partitions);
        }
        Map<TopicPartition, Long> stable = committed.endOffsets(partitions);
        if (reaches(stable, whole)) {
            return stable;
        }
        try (Admin admin = TestBroker.get().admin()) {
            boolean ending = true;
            while (ending && !reaches(stable, whole)) {
                ending = !admin.listTransactions(ENDING).all().get().isEmpty();
                stable = committed.endOffsets(partitions);
            }
            return stable;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean reaches(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> whole) {
        return whole.entrySet().stream().allMatch(end -> stable.get(end.getKey()) >= end.getValue());
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
