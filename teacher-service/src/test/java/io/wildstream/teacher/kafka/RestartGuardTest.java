// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.StreamCounts;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.teacher.BrokenInvariantException;
import io.wildstream.teacher.Outcome;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.Stream;
import io.wildstream.teacher.TeacherSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** What stands in the metadata of the committed offsets while a process lives on. */
@UsesBroker
class RestartGuardTest {

    private static final String COUNTS = StreamCounts.before(0).metadata();
    private static final String FETCHING = COUNTS + " fetching=1/1";

    private final Stream stream = new Stream(RestartGuardTest.class);
    private final TeacherSettings settings = stream.settings("teacher-0");
    private final TopicPartition first = new TopicPartition(stream.topics().samples(), 0);

    @Test
    void aProcessThatLivesOnTakesBackWhatItHasBegun() throws Exception {
        // Given
        stream.write(stream.samples(0, 3));
        commit(Map.of(first, new OffsetAndMetadata(0, COUNTS + " begun=2")));

        // When
        try (KafkaSampleStream samples = samples()) {
            samples.rewind();
            nextOfAll(samples);
            assertThat(metadata()).containsEntry(0, FETCHING + " begun=3").containsEntry(1, FETCHING + " begun=1");
            samples.rewind();

            // Then what processes before have left is there again, and no more
            assertThat(metadata())
                    .containsEntry(0, FETCHING + " begun=2")
                    .containsEntry(1, FETCHING)
                    .containsEntry(2, FETCHING);
            nextOfAll(samples);
            assertThat(metadata()).containsEntry(0, FETCHING + " begun=3").containsEntry(1, FETCHING + " begun=1");

            // When it ends in good order
            samples.survived();

            // Then
            assertThat(metadata())
                    .containsEntry(0, COUNTS + " begun=2")
                    .containsEntry(1, COUNTS)
                    .containsEntry(2, COUNTS);
        }
    }

    @Test
    void aProcessThatFollowsOneThatEndedLeavesWhatItFound() throws Exception {
        // Given
        stream.write(stream.samples(0, 3));
        commit(Map.of(first, new OffsetAndMetadata(0, COUNTS + " fetching=40/2")));

        // When
        try (KafkaSampleStream samples = samples()) {
            samples.rewind();
            nextOfAll(samples);
            assertThat(metadata())
                    .containsEntry(0, COUNTS + " fetching=40/3 begun=1")
                    .containsEntry(1, FETCHING + " begun=1");
            samples.survived();

            // Then
            assertThat(metadata()).containsEntry(0, COUNTS + " fetching=40/1").containsEntry(1, COUNTS);
        }
    }

    @Test
    void aTurnThatIsCutShortLeavesNothingBegunBehind() throws Exception {
        // Given
        stream.write(stream.samples(0, 6));

        // When
        try (KafkaSampleStream samples = samples()) {
            samples.rewind();
            List<ConsumerRecord<byte[], byte[]>> records = nextOfAll(samples);
            samples.commit(List.of(refused(records.get(0))));

            // Then
            assertThat(metadata().values()).noneMatch(metadata -> metadata.contains("begun"));
            samples.rewind();
            int answered = 1;
            while (answered < 6) {
                List<Outcome> outcomes = new ArrayList<>();
                samples.next().forEach(record -> outcomes.add(refused(record)));
                if (!outcomes.isEmpty()) {
                    answered += samples.commit(outcomes).allDeadLetters();
                }
            }
        }
        assertThat(stream.deadLetters()).hasSize(6);
        assertThat(metadata().values())
                .containsOnly(COUNTS.replace("samples=0", "samples=2").replace("dead=0", "dead=2"));
    }

    @Test
    void aCulpritStaysOneUntilItsDeadLetterIsCommitted() throws Exception {
        // Given a process that ended while it tried the first record alone
        stream.write(stream.samples(0, 3));
        commit(Map.of(first, new OffsetAndMetadata(0, COUNTS + " trying=40")));
        try (KafkaSampleStream samples = samples();
                TransactionalOutput other = new TransactionalOutput(
                        ClientSettings.producer(TestBroker.get().client(), settings), new SimpleMeterRegistry())) {
            samples.rewind();
            ConsumerRecord<byte[], byte[]> record = nextOfFirst(samples);
            assertThat(samples.culprit()).isNotNull();

            // When its transaction fails
            other.reset();
            assertThatThrownBy(() -> samples.commit(List.of(refused(record))))
                    .isInstanceOf(BrokenInvariantException.class);
            samples.rewind();
            nextOfFirst(samples);

            // Then
            assertThat(samples.culprit()).isNotNull();
            assertThat(metadata()).containsEntry(0, FETCHING + " trying=40");
        }
    }

    @Test
    void aProcessThatKafkaRefusesTakesBackWhatItHasBegun() throws Exception {
        // Given
        stream.write(stream.samples(0, 3));
        Map<String, Object> client = new HashMap<>(TestBroker.get().client());
        client.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, NoRight.class.getName());
        try (KafkaSampleStream samples = samples(client)) {
            samples.rewind();
            List<ConsumerRecord<byte[], byte[]>> records = nextOfAll(samples);

            // When
            assertThatThrownBy(() -> samples.commit(List.of(refused(records.get(0)))))
                    .isInstanceOf(BrokenInvariantException.class)
                    .hasMessageStartingWith("Kafka refuses this instance");
        }

        // Then
        assertThat(metadata().values()).containsOnly(COUNTS);
    }

    /** Fails each record without a partition, a dead letter, as a broker does that gives no right to write the topic. */
    public static final class NoRight implements Partitioner {

        @Override
        public int partition(String topic, Object key, byte[] bytes, Object value, byte[] text, Cluster cluster) {
            throw new TopicAuthorizationException(Set.of(topic));
        }

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configs) {}
    }

    private KafkaSampleStream samples() {
        return samples(TestBroker.get().client());
    }

    private KafkaSampleStream samples(Map<String, Object> client) {
        return new KafkaSampleStream(client, settings, new SimpleMeterRegistry(), true);
    }

    /** Reads until records of all partitions are begun; returns those of the last call. */
    private static List<ConsumerRecord<byte[], byte[]>> nextOfAll(KafkaSampleStream samples) {
        Set<Integer> partitions = new HashSet<>();
        return await().until(
                        () -> {
                            List<ConsumerRecord<byte[], byte[]>> records = samples.next();
                            records.forEach(record -> partitions.add(record.partition()));
                            return records;
                        },
                        records -> partitions.size() == Stream.PARTITIONS && !records.isEmpty());
    }

    /** Reads until the record of the first partition is there, alone. */
    private static ConsumerRecord<byte[], byte[]> nextOfFirst(KafkaSampleStream samples) {
        List<ConsumerRecord<byte[], byte[]>> records =
                await().until(samples::next, next -> next.stream().anyMatch(record -> record.partition() == 0));
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static Outcome refused(ConsumerRecord<byte[], byte[]> record) {
        return new Outcome.Refused(record, Refusal.MALFORMED, "for a test");
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) throws Exception {
        try (Admin admin = TestBroker.get().admin()) {
            admin.alterConsumerGroupOffsets(group(), offsets).all().get();
        }
    }

    private Map<Integer, String> metadata() throws Exception {
        Map<Integer, String> metadata = new HashMap<>();
        try (Admin admin = TestBroker.get().admin()) {
            admin.listConsumerGroupOffsets(group(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> metadata.put(partition.partition(), offset.metadata()));
        }
        return metadata;
    }

    private String group() {
        return stream.topics().prefix() + ".teacher";
    }
}
