// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.teacher.Outcome;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.Stream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@UsesBroker
class OutcomeRecordsTest {

    private final Stream stream = new Stream(OutcomeRecordsTest.class);
    private final OutcomeRecords records = new OutcomeRecords(stream.topics(), Topics.MAX_MESSAGE_BYTES);

    @Test
    void makesADeadLetterOfAnAnswerThatIsTooLarge() {
        // Given
        Sample sample = Sample.newBuilder().setId("large").build();
        TeacherOutput output = TeacherOutput.newBuilder()
                .setSample(sample)
                .setFeatures(noise(Topics.MAX_MESSAGE_BYTES - 100))
                .build();

        // When
        OutcomeRecords.Written written = records.of(new Outcome.Answered(original(sample.toByteArray()), output));

        // Then
        assertThat(written.reason()).isEqualTo("too_large");
        assertThat(written.record().topic()).endsWith(".teacher-dlq");
        assertThat(written.record().value()).isEqualTo(sample.toByteArray());
    }

    @Test
    void everyRecordIsTakenByKafkaEvenWhenItsOriginalHasNoRoom() {
        // Given
        byte[] largest = noise(Topics.MAX_MESSAGE_BYTES - 80).toByteArray();
        Sample sample = Sample.newBuilder()
                .setId("full")
                .setPayload(noise(Topics.MAX_MESSAGE_BYTES - 4600))
                .build();
        TeacherOutput output = TeacherOutput.newBuilder().setSample(sample).build();
        OutcomeRecords.Written deadLetter =
                records.of(new Outcome.Refused(original(largest), Refusal.MALFORMED, "no sample"));
        OutcomeRecords.Written answer = records.of(new Outcome.Answered(original(sample.toByteArray()), output));

        // When
        try (TransactionalOutput transactions = new TransactionalOutput(
                ClientSettings.producer(TestBroker.get().client(), stream.settings("teacher-0")),
                new SimpleMeterRegistry())) {
            transactions.reset();
            transactions.write(
                    List.of(deadLetter.record(), answer.record()), Map.of(), new ConsumerGroupMetadata("group"));
        }

        // Then
        assertThat(answer.reason()).isNull();
        assertThat(TestLog.committed(stream.topics().teacherOutputs())).hasSize(1);
        List<ConsumerRecord<byte[], byte[]>> letters = stream.deadLetters();
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).value()).isNull();
        assertThat(CloudEvents.text(letters.get(0).headers(), DeadLetters.DETAIL))
                .contains("left out");
        assertThat(CloudEvents.text(letters.get(0).headers(), DeadLetters.OFFSET))
                .isEqualTo("7");
    }

    private ConsumerRecord<byte[], byte[]> original(byte[] value) {
        return new ConsumerRecord<>(stream.topics().samples(), 1, 7, new byte[] {1}, value);
    }

    private static ByteString noise(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
