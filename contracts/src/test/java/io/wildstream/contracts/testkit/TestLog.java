// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads whole topics and writes records, for tests that look at what was really committed. */
public final class TestLog {

    /** A transaction whose end is decided and whose markers are on their way. */
    private static final ListTransactionsOptions ENDING = new ListTransactionsOptions()
            .filterStates(Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));

    /** One client of each kind for all tests of a JVM: most of what a short test takes would be their start. */
    private static final class Clients {

        static final Admin ADMIN = TestBroker.get().admin();
        static final KafkaProducer<byte[], byte[]> PRODUCER =
                new KafkaProducer<>(TestBroker.get().client(), new ByteArraySerializer(), new ByteArraySerializer());
        /** Guarded by the class; a fetch that waits at the end of a log would hold up the next reader. */
        static final KafkaConsumer<byte[], byte[]> CONSUMER = new KafkaConsumer<>(
                with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        10)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());

        private static Map<String, Object> with(Map<String, Object> more) {
            Map<String, Object> properties = new HashMap<>(TestBroker.get().client());
            properties.putAll(more);
            return properties;
        }
    }

    private TestLog() {}

    /**
     * All committed records of a topic up to its end now, by partition and offset. A transaction's markers are written after its commit
     * has returned: they are waited for; a transaction that stays open is not.
     */
    public static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        synchronized (Clients.class) {
            KafkaConsumer<byte[], byte[]> consumer = Clients.CONSUMER;
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> end = stableEnd(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            consumer.unsubscribe();
            return records;
        }
    }

    /** The end up to which no transaction is open, once that is the whole log or no transaction is about to end. */
    private static Map<TopicPartition, Long> stableEnd(List<TopicPartition> partitions) {
        try {
            Map<TopicPartition, Long> whole = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
            Map<TopicPartition, Long> stable = ends(partitions, IsolationLevel.READ_COMMITTED);
            boolean ending = true;
            while (ending && !reaches(stable, whole)) {
                ending = !Clients.ADMIN.listTransactions(ENDING).all().get().isEmpty();
                stable = ends(partitions, IsolationLevel.READ_COMMITTED);
            }
            return stable;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel isolation)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        Clients.ADMIN
                .listOffsets(latest, new ListOffsetsOptions(isolation))
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private static boolean reaches(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> whole) {
        return whole.entrySet().stream().allMatch(end -> stable.get(end.getKey()) >= end.getValue());
    }

    /** Writes records and returns when all are stored. */
    public static void write(Iterable<ProducerRecord<byte[], byte[]>> records) {
        List<Future<?>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(Clients.PRODUCER.send(record)));
        Clients.PRODUCER.flush();
        try {
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
