// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SampleHead;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.selector.payload.Payloads.Found;
import io.wildstream.selector.payload.Payloads.Lost;
import io.wildstream.service.fetch.PartitionLeaders;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payloads from a topic of a real broker. */
@UsesBroker
class KafkaPayloadsTest {

    private final Topics topics = new Topics(TestBroker.prefix(KafkaPayloadsTest.class));
    private final Admin admin = TestBroker.get().admin();
    private final PayloadTopic topic = new PayloadTopic(TestBroker.get().client(), admin, topics, "selector-7");
    private final Payloads payloads = topic.open();

    @BeforeEach
    void makeTopic() {
        TopicAdmin.ensure(admin, List.of(topics.stream(topics.samples(), 2)));
    }

    @AfterEach
    void close() {
        payloads.close();
        topic.close();
        admin.close();
    }

    @Test
    void findsEachOfAscendingOffsetsHoweverFarApart() throws Exception {
        // Given samples of up to 40 kB, in transactions some of which were aborted
        writeInTransactions();
        List<ConsumerRecord<byte[], byte[]>> written = TestLog.committed(topics.samples());

        // When // Then
        for (int every : new int[] {1, 7, 90}) {
            int seen = 0;
            for (int i = 0; i < written.size(); i += every) {
                byte[] value = written.get(i).value();
                assertThat(payloads.of(output(written.get(i))))
                        .isInstanceOfSatisfying(
                                Found.class, found -> assertThat(found.sample()).isEqualTo(value));
                seen++;
            }
            assertThat(seen).isPositive();
        }
        assertThat(topic.horizon().orElse(0)).isPositive();
        await().untilAsserted(() -> assertThat(topic.place()).isEqualTo(topics.samples() + ":sample"));
        assertThat(topic.problem()).isEmpty();
    }

    @Test
    void goesBackAndAsksOnceForSeveralCurricula() throws Exception {
        // Given
        TestLog.write(
                IntStream.range(0, 50).mapToObj(i -> record(sample(i, 100))).toList());
        List<ConsumerRecord<byte[], byte[]>> written = TestLog.committed(topics.samples());

        // When
        Payloads.Payload last = payloads.of(output(written.get(40)));

        // Then
        assertThat(payloads.of(output(written.get(40)))).isSameAs(last);
        assertThat(payloads.of(output(written.get(3)))).isInstanceOf(Found.class);
    }

    @Test
    void leavesOutTheOutputThatCameWithASample() throws Exception {
        // Given
        Sample sample = sample(1, 100);
        PrecomputedOutput came =
                PrecomputedOutput.newBuilder().setTeacher("t").addLogits(1).build();
        TestLog.write(List.of(record(sample.toBuilder().setOutput(came).build())));

        // When
        Payloads.Payload payload =
                payloads.of(output(TestLog.committed(topics.samples()).get(0)));

        // Then
        assertThat(Sample.parseFrom(((Found) payload).sample())).isEqualTo(sample);
    }

    @Test
    void saysWhatIsLost() throws Exception {
        // Given
        TestLog.write(
                IntStream.range(0, 10).mapToObj(i -> record(sample(i, 100))).toList());
        List<ConsumerRecord<byte[], byte[]>> written = TestLog.committed(topics.samples());
        admin.deleteRecords(Map.of(new TopicPartition(topics.samples(), 0), RecordsToDelete.beforeOffset(5)))
                .all()
                .get();
        TeacherOutput there = output(written.get(7));

        // When // Then
        assertThat(payloads.of(output(written.get(3)))).isInstanceOfSatisfying(Lost.class, lost -> {
            assertThat(lost.reason()).isEqualTo(RejectionReason.SAMPLE_EXPIRED);
            assertThat(lost.detail())
                    .contains(topics.samples() + ", partition 0 offset 3", "wildstream.teacher.keep-payloads");
        });
        assertThat(payloads.of(there)).isInstanceOf(Found.class);
        assertThat(payloads.of(at(there, 4711)))
                .isInstanceOfSatisfying(
                        Lost.class, lost -> assertThat(lost.reason()).isEqualTo(RejectionReason.SAMPLE_EXPIRED));
        assertThat(payloads.of(at(there, 8)))
                .isInstanceOfSatisfying(
                        Lost.class, lost -> assertThat(lost.detail()).contains("another sample than 's-7'"));
        TeacherOutput earlier = at(there, 7).toBuilder()
                .setSampleTimeMillis(there.getSampleTimeMillis() - 1)
                .build();
        assertThat(payloads.of(at(there, 9))).isInstanceOf(Lost.class);
        assertThat(payloads.of(earlier))
                .isInstanceOfSatisfying(
                        Lost.class, lost -> assertThat(lost.reason()).isEqualTo(RejectionReason.SAMPLE_CHANGED));
    }

    @Test
    void readsAroundARecordThatUnpacksToMoreThanTheMemory() throws Exception {
        // Given a batch with a record that unpacks to half of the memory between two samples
        Map<String, Object> client = TestBroker.get().client();
        client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        client.put(ProducerConfig.LINGER_MS_CONFIG, 10_000);
        client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE);
        client.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 20);
        client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 256L << 20);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record(sample(0, 100)));
            producer.send(new ProducerRecord<>(topics.samples(), 0, new byte[0], new byte[24 << 20]));
            producer.send(record(sample(2, 100)));
        }
        Payloads small = new KafkaPayloads(
                TestBroker.get().client(),
                "small",
                topics.samples(),
                new PartitionLeaders(admin),
                32L << 20,
                new Horizons());

        // When // Then
        assertThat(small.of(output(sample(0, 100), 0, 0))).isInstanceOf(Found.class);
        assertThat(small.of(output(sample(1, 100), 0, 1))).isInstanceOf(Lost.class);
        assertThat(small.of(output(sample(2, 100), 0, 2))).isInstanceOf(Found.class);
        small.close();
    }

    private void writeInTransactions() {
        Map<String, Object> client = TestBroker.get().client();
        client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix());
        SplittableRandom random = new SplittableRandom(1);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int transaction = 0; transaction < 30; transaction++) {
                producer.beginTransaction();
                for (int i = 0; i < 20; i++) {
                    producer.send(record(sample(20 * transaction + i, 1 + random.nextInt(40_000))));
                }
                producer.flush();
                if (transaction % 5 == 4) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(Sample sample) {
        return new ProducerRecord<>(
                topics.samples(),
                0,
                sample.getIdBytes().toByteArray(),
                sample.toByteArray(),
                CloudEvents.headers(sample, sample.getId(), "/test"));
    }

    private static Sample sample(int number, int size) {
        byte[] payload = new byte[size];
        new SplittableRandom(number).nextBytes(payload);
        return Sample.newBuilder()
                .setId("s-" + number)
                .setContentType("image/png")
                .setPayload(ByteString.copyFrom(payload))
                .build();
    }

    private static TeacherOutput output(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return output(Sample.parseFrom(record.value()), record.timestamp(), record.offset());
    }

    private static TeacherOutput output(Sample sample, long time, long offset) {
        return TeacherOutput.newBuilder()
                .setHead(SampleHead.newBuilder().setId(sample.getId()))
                .setPosition(SamplePosition.newBuilder().setOffset(offset))
                .setSampleTimeMillis(time)
                .build();
    }

    private static TeacherOutput at(TeacherOutput output, long offset) {
        TeacherOutput.Builder other = output.toBuilder();
        other.getPositionBuilder().setOffset(offset);
        return other.build();
    }
}
