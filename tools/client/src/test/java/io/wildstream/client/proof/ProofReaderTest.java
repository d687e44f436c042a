// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.wildstream.client.ClientException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sound stream of five records in two partitions, and what the proof says of it when an error is planted. */
@UsesBroker
class ProofReaderTest {

    private final Topics topics = new Topics(TestBroker.prefix(ProofReaderTest.class));

    @BeforeEach
    void writeASoundStream() {
        makeTopics();
        // The third is a copy of the second: its call was sent again.
        write(topics.samples(), 0, "a", sample("a"), end(0));
        write(topics.samples(), 1, "b", sample("b"));
        write(topics.samples(), 1, "b", sample("b"));
        write(topics.samples(), 1, "c", sample("c"));
        write(topics.samples(), 1, "d", sample("d"), end(1));
        write(topics.teacherOutputs(), 0, "a", output(0, 0), end(0));
        write(topics.teacherOutputs(), 1, "b", output(1, 0), output(1, 1), output(1, 2), end(1));
        TestLog.write(List.of(deadLetter(1, 3)));
        write(topics.curriculum("dfnd"), 0, "x", spec(), selected(0, 0), selected(1, 0), endOfCurriculum());
        write(topics.rejected(), 1, "b", rejected(1, 1), rejected(1, 2));
    }

    @Test
    void aSoundStreamIsProven() {
        // Given
        checkpoints(checkpoint(1, 2, 1, false), checkpoint(4, 4, 2, true));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.holds()).isTrue();
        assertThat(proof.ingested()).isEqualTo(5);
        assertThat(proof.distinct()).isEqualTo(4);
        assertThat(proof.deadLetters()).isEqualTo(1);
        assertThat(proof.outputs()).isEqualTo(new AnswerCount(5, 0, 0, 0));
        assertThat(proof.curricula().get("dfnd")).isEqualTo(new CurriculumProof(2, 0, new AnswerCount(4, 0, 0, 0)));
        assertThat(proof.students().get("dfnd")).isEqualTo(new TrainedProof(2, 2, 0, 0, 2, 4, true, "4"));
    }

    @Test
    void findsAMissingTeacherOutput() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        write(topics.samples(), 0, "e", sample("e"));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.outputs().missing()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsASecondTeacherOutput() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        write(topics.teacherOutputs(), 1, "b", output(1, 1));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.outputs().repeated()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsAnOutputBesideADeadLetter() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        TestLog.write(List.of(deadLetter(0, 0)));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.outputs().repeated()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsAnOutputOfNoRecord() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        write(topics.teacherOutputs(), 1, "z", output(1, 77));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.outputs().strays()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsASampleThatIsTwiceInACurriculum() {
        // Given
        write(topics.curriculum("dfnd"), 0, "x", selected(1, 0));
        checkpoints(checkpoint(4, 5, 3, true));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.curricula().get("dfnd").repeated()).isEqualTo(1);
        assertThat(proof.students().get("dfnd").holds()).isTrue();
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsASampleThatWasBothKeptAndRejected() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        write(topics.rejected(), 0, "a", rejected(0, 0));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.curricula().get("dfnd").repeated()).isZero();
        assertThat(proof.curricula().get("dfnd").decisions().repeated()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsAnOutputWithoutADecision() {
        // Given
        checkpoints(checkpoint(4, 4, 2, true));
        write(topics.samples(), 0, "e", sample("e"));
        write(topics.teacherOutputs(), 0, "e", output(0, 2));

        // When
        StreamProof proof = read();

        // Then
        assertThat(proof.outputs().holds()).isTrue();
        assertThat(proof.curricula().get("dfnd").decisions().missing()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsAnEntryThatWasLearnedTwice() {
        // Given
        checkpoints(checkpoint(1, 2, 1, false), checkpoint(4, 4, 3, true));

        // When
        TrainedProof proof = read().students().get("dfnd");

        // Then
        assertThat(proof.repeated()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void findsAnEntryThatWasLeftOut() {
        // Given
        checkpoints(checkpoint(1, 2, 1, false), checkpoint(4, 4, 1, true));

        // When
        TrainedProof proof = read().students().get("dfnd");

        // Then
        assertThat(proof.missing()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void anEntryThatBecameADeadLetterNeedNotBeLearned() {
        // Given
        checkpoints(checkpoint(4, 4, 1, true));
        var letter = new ProducerRecord<byte[], byte[]>(topics.deadLetters(Stage.TRAINER), 0, null, new byte[1]);
        DeadLetters.add(
                letter.headers(), Stage.TRAINER, Reason.UNDECODABLE, "no image", topics.curriculum("dfnd"), 0, 2);
        TestLog.write(List.of(letter));

        // When
        TrainedProof proof = read().students().get("dfnd");

        // Then
        assertThat(proof.expected()).isEqualTo(1);
        assertThat(proof.holds()).isTrue();
    }

    @Test
    void namesARecordThatCannotBeRead() {
        // Given
        TestLog.write(List.of(new ProducerRecord<>(topics.teacherOutputs(), 0, null, "no record".getBytes(UTF_8))));

        // When // Then
        assertThatThrownBy(this::read)
                .isInstanceOf(ClientException.class)
                .hasMessageContaining(topics.teacherOutputs() + "/0/2");
    }

    private StreamProof read() {
        return ProofReader.read(TestBroker.get().bootstrapServers(), topics);
    }

    private void makeTopics() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.stream(topics.samples(), 2),
                            topics.stream(topics.teacherOutputs(), 2),
                            topics.stream(topics.rejected(), 2),
                            topics.stream(topics.deadLetters(Stage.TEACHER), 1),
                            topics.stream(topics.deadLetters(Stage.TRAINER), 1),
                            topics.curriculumTopic("dfnd"),
                            topics.checkpointsTopic()));
        }
    }

    private static void write(String topic, int partition, String key, Message... values) {
        TestLog.write(Arrays.stream(values)
                .map(value -> new ProducerRecord<>(
                        topic,
                        partition,
                        null,
                        key.getBytes(UTF_8),
                        value.toByteArray(),
                        CloudEvents.headers(value, "id", "/test")))
                .toList());
    }

    private void checkpoints(CheckpointManifest... manifests) {
        write(topics.checkpoints(), 0, "dfnd", manifests);
    }

    private ProducerRecord<byte[], byte[]> deadLetter(int partition, long offset) {
        var record = new ProducerRecord<byte[], byte[]>(topics.deadLetters(Stage.TEACHER), 0, null, new byte[1]);
        DeadLetters.add(
                record.headers(), Stage.TEACHER, Reason.UNDECODABLE, "no image", topics.samples(), partition, offset);
        return record;
    }

    private enum Reason {
        UNDECODABLE
    }

    private static Sample sample(String id) {
        return Sample.newBuilder().setId(id).build();
    }

    private static SamplePosition position(int partition, long offset) {
        return SamplePosition.newBuilder()
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }

    private static TeacherOutput output(int partition, long offset) {
        return TeacherOutput.newBuilder()
                .setPosition(position(partition, offset))
                .build();
    }

    private static CurriculumRecord selected(int partition, long offset) {
        return CurriculumRecord.newBuilder()
                .setSelected(SelectedSample.newBuilder().setTeacherOutput(output(partition, offset)))
                .build();
    }

    private static RejectedSample rejected(int partition, long offset) {
        return RejectedSample.newBuilder()
                .setCurriculum("dfnd")
                .setPosition(position(partition, offset))
                .build();
    }

    private static CurriculumRecord spec() {
        return CurriculumRecord.newBuilder()
                .setSpecChange(TrainingSpecChange.newBuilder()
                        .setStudent("dfnd")
                        .setSpec(TrainingSpec.newBuilder().setGeneration(1)))
                .build();
    }

    private static CurriculumRecord endOfCurriculum() {
        return CurriculumRecord.newBuilder()
                .setEndOfStream(EndOfStream.getDefaultInstance())
                .build();
    }

    private static CheckpointManifest checkpoint(long step, long nextOffset, long trained, boolean finished) {
        return CheckpointManifest.newBuilder()
                .setStudent("dfnd")
                .setStep(step)
                .setNextOffset(nextOffset)
                .setTrained(trained)
                .setFinished(finished)
                .setWeightsSha256(Long.toString(step))
                .build();
    }

    private static EndOfStream end(int partition) {
        return EndOfStream.newBuilder()
                .setSourcePartition(partition)
                .setPartitions(2)
                .build();
    }
}
