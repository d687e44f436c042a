// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.wildstream.client.ClientException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TrainingSpecChange;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class StreamCounterTest {

    private static final int CLASSES = 3;

    private final Topics topics = new Topics(TestBroker.prefix(StreamCounterTest.class));

    @Test
    void countsWhatIsCommittedAndNoMarker() {
        // Given
        makeTopics();
        write(topics.samples(), 0, sample("a", "in"), sample("b", "in"), sample("c", "out"), sample("d", "out"), end());
        write(topics.teacherOutputs(), 0, output(0, "in"), output(1, "in"), output(2, "out"), end());
        TestLog.write(List.of(deadLetter()));
        write(
                topics.curriculum("dfnd"),
                0,
                CurriculumRecord.newBuilder()
                        .setSpecChange(TrainingSpecChange.getDefaultInstance())
                        .build(),
                selected(0, "in", 0.1, 2),
                selected(2, "out", 0.05, 0),
                CurriculumRecord.newBuilder()
                        .setEndOfStream(EndOfStream.getDefaultInstance())
                        .build());
        write(topics.rejected(), 0, rejected(1, 0.7));
        write(topics.checkpoints(), 0, checkpoint(10), checkpoint(20));

        // When
        StreamCounts counts = StreamCounter.count(TestBroker.get().bootstrapServers(), topics, CLASSES, true);

        // Then
        assertThat(counts.ingested()).isEqualTo(4);
        assertThat(counts.ingestedBySource()).isEqualTo(Map.of("in", 2L, "out", 2L));
        assertThat(counts.teacherOutputs()).isEqualTo(3);
        assertThat(counts.deadLetters()).isEqualTo(1);
        assertThat(counts.deadLetterReasons()).isEqualTo(Map.of("undecodable", 1L));
        CurriculumCount dfnd = counts.curricula().get("dfnd");
        assertThat(dfnd.kept()).isEqualTo(2);
        assertThat(dfnd.notKept()).isEqualTo(1);
        assertThat(dfnd.repeated()).isZero();
        assertThat(dfnd.share("in")).isEqualTo(0.5);
        assertThat(dfnd.classShares()).containsExactly(0.5, 0.0, 0.5);
        assertThat(dfnd.decisions().size()).isEqualTo(3);
        assertThat(dfnd.decisions().regret(0.34, false, CLASSES)).isZero();
        assertThat(dfnd.decisions().regret(1, false, CLASSES)).isEqualTo(1 - 2 / 3.0);
        assertThat(counts.checkpoints().get("dfnd").getStep()).isEqualTo(20);
        assertThat(counts.examples().get("dfnd"))
                .extracting(example -> example.sample().getId(), Example::kept)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("c", true),
                        org.assertj.core.groups.Tuple.tuple("a", true),
                        org.assertj.core.groups.Tuple.tuple("b", false));
    }

    @Test
    void seesASampleThatWasDecidedTwice() {
        // Given
        makeTopics();
        write(topics.samples(), 0, sample("a", "in"));
        write(topics.curriculum("dfnd"), 0, selected(0, "in", 0.1, 1));
        write(topics.rejected(), 0, rejected(0, 0.1));

        // When
        StreamCounts counts = StreamCounter.count(TestBroker.get().bootstrapServers(), topics, CLASSES, true);

        // Then
        assertThat(counts.curricula().get("dfnd").repeated()).isEqualTo(1);
    }

    @Test
    void namesARecordThatCannotBeRead() {
        // Given
        makeTopics();
        TestLog.write(List.of(new ProducerRecord<>(topics.curriculum("dfnd"), 0, null, "no record".getBytes(UTF_8))));

        // When // Then
        assertThatThrownBy(() -> StreamCounter.count(TestBroker.get().bootstrapServers(), topics, CLASSES, true))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining(topics.curriculum("dfnd") + "/0/0");
    }

    private void makeTopics() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.stream(topics.samples(), 2),
                            topics.stream(topics.teacherOutputs(), 2),
                            topics.stream(topics.rejected(), 2),
                            topics.stream(topics.deadLetters(Topics.Stage.TEACHER), 1),
                            topics.curriculumTopic("dfnd"),
                            topics.checkpointsTopic()));
        }
    }

    private static void write(String topic, int partition, Message... values) {
        TestLog.write(java.util.Arrays.stream(values)
                .map(value -> new ProducerRecord<byte[], byte[]>(
                        topic, partition, null, null, value.toByteArray(), CloudEvents.headers(value, "id", "/test")))
                .toList());
    }

    private ProducerRecord<byte[], byte[]> deadLetter() {
        var record = new ProducerRecord<byte[], byte[]>(
                topics.deadLetters(Topics.Stage.TEACHER),
                0,
                null,
                sample("d", "out").toByteArray());
        DeadLetters.add(record.headers(), Topics.Stage.TEACHER, Reason.UNDECODABLE, "no image", topics.samples(), 0, 3);
        return record;
    }

    private enum Reason {
        UNDECODABLE
    }

    private static Sample sample(String id, String source) {
        return Sample.newBuilder()
                .setId(id)
                .setSource(source)
                .setPayload(ByteString.copyFromUtf8(id))
                .build();
    }

    private static TeacherOutput output(long offset, String source) {
        return TeacherOutput.newBuilder()
                .setSample(Sample.newBuilder().setSource(source))
                .setPosition(SamplePosition.newBuilder().setOffset(offset))
                .build();
    }

    private static CurriculumRecord selected(long offset, String source, double noise, int label) {
        return CurriculumRecord.newBuilder()
                .setSelected(SelectedSample.newBuilder()
                        .setTeacherOutput(output(offset, source))
                        .setNoiseValue(noise)
                        .setPseudoLabel(label))
                .build();
    }

    private static RejectedSample rejected(long offset, double noise) {
        return RejectedSample.newBuilder()
                .setCurriculum("dfnd")
                .setPosition(SamplePosition.newBuilder().setOffset(offset))
                .setNoiseValue(noise)
                .build();
    }

    private static CheckpointManifest checkpoint(long step) {
        return CheckpointManifest.newBuilder().setStudent("dfnd").setStep(step).build();
    }

    private static EndOfStream end() {
        return EndOfStream.newBuilder().setPartitions(1).build();
    }
}
