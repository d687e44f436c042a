// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wildstream.client.ClientException;
import io.wildstream.client.deadletters.DeadLetterResend.Selection;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SampleHead;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@UsesBroker
class DeadLetterResendTest {

    private static final int PARTITIONS = 3;

    private final Topics topics = new Topics(TestBroker.prefix(DeadLetterResendTest.class));
    private final Map<String, Object> broker =
            Map.of("bootstrap.servers", TestBroker.get().bootstrapServers());
    private final DeadLetterBox box = new DeadLetterBox(broker, topics);

    private enum Reason {
        WRONG_SHAPE,
        MALFORMED
    }

    @BeforeEach
    void makeTopics() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.stream(topics.samples(), PARTITIONS),
                            topics.stream(topics.teacherOutputs(), PARTITIONS),
                            topics.stream(topics.deadLetters(Stage.TEACHER), 1),
                            topics.stream(topics.deadLetters(Stage.SELECTOR), 1)));
        }
    }

    @Test
    void sendsTheOriginalBytesToTheirPartitionOnceWithTheirOrigin() {
        // Given
        writeLetters(Stage.TEACHER, topics.samples(), 7);

        // When
        long first = resend(Stage.TEACHER, false);
        long second = resend(Stage.TEACHER, false);

        // Then
        List<ConsumerRecord<byte[], byte[]>> sent = committed(topics.samples(), 7);
        assertThat(first).isEqualTo(7);
        assertThat(second).isZero();
        assertThat(sent).hasSize(7);
        for (ConsumerRecord<byte[], byte[]> record : sent) {
            int number = record.value()[0];
            assertThat(record.value()).isEqualTo(value(number));
            assertThat(record.key()).isEqualTo(("key-" + number).getBytes(UTF_8));
            assertThat(record.partition()).isEqualTo(number % PARTITIONS);
            assertThat(CloudEvents.text(record.headers(), DeadLetters.REPLAY_OF))
                    .isEqualTo("teacher-dlq/" + number);
            assertThat(CloudEvents.text(record.headers(), "traceparent")).isEqualTo("trace");
            assertThat(CloudEvents.text(record.headers(), DeadLetters.REASON)).isNull();
        }
        assertThat(box.groups())
                .extracting(DeadLetterBox.Group::reason, DeadLetterBox.Group::count, DeadLetterBox.Group::resent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("wrong_shape", 4L, 4L),
                        org.assertj.core.groups.Tuple.tuple("malformed", 3L, 3L));
        assertThat(box.newest(2, letter -> true, DeadLetter::offset)).containsExactly(5L, 6L);
        assertThat(box.newest(2, letter -> letter.reason().equals("malformed"), DeadLetter::offset))
                .containsExactly(3L, 5L);
    }

    @Test
    void sendsAPartThenTheRestAndAgainOnlyWhenAsked() {
        // Given
        writeLetters(Stage.TEACHER, topics.samples(), 6);

        // When
        Selection part;
        try (DeadLetterResend resend = new DeadLetterResend(broker, topics, Stage.TEACHER)) {
            part = resend.select(letter -> letter.reason().equals("malformed"), false);
            resend.send(part);
        }
        Selection rest;
        try (DeadLetterResend resend = new DeadLetterResend(broker, topics, Stage.TEACHER)) {
            rest = resend.select(letter -> true, false);
            resend.send(rest);
        }
        long again = resend(Stage.TEACHER, true);

        // Then
        assertThat(part.letters()).containsExactly(1L, 3L, 5L);
        assertThat(rest.letters()).containsExactly(0L, 2L, 4L);
        assertThat(rest.sentBefore()).isEqualTo(3);
        assertThat(again).isEqualTo(6);
        assertThat(committed(topics.samples(), 12)).hasSize(12);
    }

    @Test
    void aSecondResendEndsTheFirstAndNothingIsSentTwice() {
        // Given
        writeLetters(Stage.TEACHER, topics.samples(), 5);

        // When // Then
        try (DeadLetterResend first = new DeadLetterResend(broker, topics, Stage.TEACHER)) {
            Selection chosen = first.select(letter -> true, false);
            assertThat(resend(Stage.TEACHER, false)).isEqualTo(5);
            assertThatThrownBy(() -> first.send(chosen))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("could not be sent again");
        }
        assertThat(committed(topics.samples(), 5)).hasSize(5);
    }

    @Test
    void leavesOutTeacherOutputsWhoseSampleIsNoLongerKept() throws Exception {
        // Given two samples, of which the first has expired, and outputs without them that were refused
        TestLog.write(List.of(sample("s-0"), sample("s-1")));
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            TeacherOutput output = light(i);
            var record = new ConsumerRecord<>(topics.teacherOutputs(), 0, i, new byte[0], output.toByteArray());
            letters.add(DeadLetters.of(topics, Stage.SELECTOR, record, Reason.MALFORMED, "test"));
        }
        TestLog.write(letters);
        try (Admin admin = TestBroker.get().admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topics.samples(), 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }

        // When
        Selection selection;
        try (DeadLetterResend resend = new DeadLetterResend(broker, topics, Stage.SELECTOR)) {
            selection = resend.select(letter -> true, false);
        }

        // Then
        assertThat(selection.letters()).containsExactly(1L);
        assertThat(selection.withoutSample()).isEqualTo(1);
        try (StoredSamples samples = new StoredSamples(broker, topics)) {
            assertThat(samples.find(light(0))).isEmpty();
            assertThat(samples.find(light(1)))
                    .hasValueSatisfying(
                            found -> assertThat(found.getContentType()).isEqualTo("image/png"));
            assertThat(samples.find(light(1).toBuilder()
                            .setHead(SampleHead.newBuilder().setId("another"))
                            .build()))
                    .isEmpty();
        }
    }

    private ProducerRecord<byte[], byte[]> sample(String id) {
        Sample sample =
                Sample.newBuilder().setId(id).setContentType("image/png").build();
        return new ProducerRecord<>(topics.samples(), 0, id.getBytes(UTF_8), sample.toByteArray());
    }

    private static TeacherOutput light(int number) {
        TeacherOutput.Builder output = TeacherOutput.newBuilder();
        output.getHeadBuilder().setId("s-" + number);
        output.getPositionBuilder().setOffset(number);
        return output.build();
    }

    @Test
    void leavesOutWhatHasNoOriginalOrCameFromElsewhere() {
        // Given
        writeLetters(Stage.TEACHER, "another-topic", 2);
        ProducerRecord<byte[], byte[]> empty = new ProducerRecord<>(topics.deadLetters(Stage.TEACHER), null);
        DeadLetters.add(empty.headers(), Stage.TEACHER, Reason.MALFORMED, "no value", topics.samples(), 0, 3);
        TestLog.write(List.of(empty, new ProducerRecord<>(topics.deadLetters(Stage.TEACHER), "x".getBytes(UTF_8))));

        // When
        Selection selection;
        try (DeadLetterResend resend = new DeadLetterResend(broker, topics, Stage.TEACHER)) {
            selection = resend.select(letter -> true, false);
        }

        // Then
        assertThat(selection.letters()).isEmpty();
        assertThat(selection.withoutOriginal()).isEqualTo(4);
    }

    @Test
    void sendsTeacherOutputsOnceAndNothingIntoACurriculum() {
        // Given
        writeLetters(Stage.SELECTOR, topics.teacherOutputs(), 3);

        // When
        long sent = resend(Stage.SELECTOR, false);

        // Then
        assertThat(sent).isEqualTo(3);
        assertThat(committed(topics.teacherOutputs(), 3)).hasSize(3);
        assertThatThrownBy(() -> resend(Stage.SELECTOR, true)).hasMessageContaining("are sent again once");
        assertThatThrownBy(() -> new DeadLetterResend(broker, topics, Stage.TRAINER))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("would learn it twice");
    }

    /** What is committed, once so many records are: the marker of a commit is written a moment after its answer. */
    private static List<ConsumerRecord<byte[], byte[]>> committed(String topic, int count) {
        await().until(() -> TestLog.committed(topic).size() >= count);
        return TestLog.committed(topic);
    }

    @Test
    void findsOneAndSaysWhichThereAre() {
        // Given
        writeLetters(Stage.TEACHER, topics.samples(), 2);

        // When
        DeadLetter letter = box.find(Stage.TEACHER, 1);

        // Then
        assertThat(letter.reason()).isEqualTo("malformed");
        assertThat(letter.detail()).isEqualTo("detail 1");
        assertThat(letter.topic()).isEqualTo(topics.samples());
        assertThat(letter.originalOffset()).isEqualTo(100);
        assertThatThrownBy(() -> box.find(Stage.TEACHER, 9)).hasMessageContaining("its offsets are 0 to 1");
        assertThatThrownBy(() -> box.find(Stage.SELECTOR, 0)).hasMessageContaining("it has none");
    }

    private long resend(Stage stage, boolean again) {
        try (DeadLetterResend resend = new DeadLetterResend(broker, topics, stage)) {
            return resend.send(resend.select(letter -> true, again));
        }
    }

    /** Letters 0 to {@code count - 1}, with reasons in turn, from all partitions in turn. */
    private void writeLetters(Stage stage, String origin, int count) {
        TestLog.write(IntStream.range(0, count)
                .mapToObj(number -> {
                    var original = new ConsumerRecord<>(
                            origin, number % PARTITIONS, 99 + number, ("key-" + number).getBytes(UTF_8), value(number));
                    original.headers().add("traceparent", "trace".getBytes(UTF_8));
                    Reason reason = Reason.values()[number % 2];
                    return DeadLetters.of(topics, stage, original, reason, "detail " + number);
                })
                .toList());
    }

    private static byte[] value(int number) {
        return new byte[] {(byte) number, 1, 2, 3};
    }
}
