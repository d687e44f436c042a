// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.preprocess.Colour;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.trainer.checkpoint.CheckpointFormat;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.student.StudentFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Students that other versions of the trainer left behind. */
@UsesBroker
class FormatTest {

    private static final double ROUNDING = 1e-4;

    @TempDir
    Path temporary;

    private final TestCurriculum curriculum = new TestCurriculum(FormatTest.class);

    /** Bit for bit on a processor like the one that the fixture was computed on; to rounding on others. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "2-jpeg", "3-jpeg"})
    void aStudentOfAnyFormatGoesOnAsItsOwnTrainerDid(String version) throws IOException {
        // Given
        Path fixture = FormatFixture.directory(version);
        JsonNode expected = FormatFixture.expected(fixture);
        curriculum.write(FormatFixture.log(fixture));
        FormatFixture.install(fixture, temporary, curriculum);

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, FormatFixture.config(fixture, temporary))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getStep()).isEqualTo(expected.get("step").asLong());
        assertThat(result.getTrained()).isEqualTo(expected.get("trained").asLong());
        assertThat(result.getNextOffset()).isEqualTo(expected.get("nextOffset").asLong());
        assertThat(curriculum.manifests().get(0).hasLastLearned()).isFalse();
        assertThat(result.getLastLearned().getOffset()).isPositive().isLessThan(result.getNextOffset());
        float[] weights =
                FormatFixture.floats(temporary.resolve(result.getDirectory()).resolve(StudentFiles.LEARNER));
        assertThat(weights)
                .usingComparatorWithPrecision((float) ROUNDING)
                .containsExactly(FormatFixture.floats(fixture.resolve("expected.safetensors")));
        if (expected.get("processor").asText().equals(FormatFixture.processor())) {
            assertThat(result.getWeightsSha256())
                    .isEqualTo(expected.get("weightsSha256").asText());
        }
    }

    /** What was missing when the student came to it stays left out, also for a replay, though all objects are back. */
    @Test
    void aStudentThatLearnsByReferencesGoesOnAsItsOwnTrainerDid() throws IOException {
        // Given
        Path fixture = FormatFixture.directory("4-references");
        JsonNode expected = FormatFixture.expected(fixture);
        List<CheckpointManifest> manifests = ReferencesFormatFixture.manifests(fixture);
        curriculum.write(FormatFixture.log(fixture));
        ReferencesFormatFixture.install(fixture, temporary, curriculum);
        TestConfig config = FormatFixture.config(fixture, temporary);
        CheckpointManifest result;
        CheckpointManifest replayed;
        try (FixtureObjects objects = FixtureObjects.of(fixture)) {
            // When
            try (TestTrainer trainer = new TestTrainer(curriculum, config, objects.settings())) {
                result = trainer.finished();
            }
            TestConfig verifying = config.withMode(TrainerConfig.Mode.VERIFY, temporary.resolve("verify"));
            try (TestTrainer trainer = new TestTrainer(curriculum, verifying, objects.settings())) {
                replayed = trainer.finished();
            }
        }

        // Then
        assertThat(manifests).anyMatch(manifest -> manifest.getLineage().getMissingCount() > 0);
        assertThat(ReferencesFormatFixture.decisions(curriculum.manifests()))
                .isEqualTo(ReferencesFormatFixture.decisions(manifests));
        assertThat(result.getStep()).isEqualTo(expected.get("step").asLong());
        assertThat(result.getTrained()).isEqualTo(expected.get("trained").asLong());
        assertThat(result.getMissing()).isEqualTo(expected.get("missing").asLong());
        assertThat(result.getSkipped()).isEqualTo(result.getMissing());
        assertThat(FormatFixture.floats(temporary.resolve(result.getDirectory()).resolve(StudentFiles.LEARNER)))
                .usingComparatorWithPrecision((float) ROUNDING)
                .containsExactly(FormatFixture.floats(fixture.resolve("expected.safetensors")));
        assertThat(replayed.getWeightsSha256()).isEqualTo(result.getWeightsSha256());
        if (expected.get("processor").asText().equals(FormatFixture.processor())) {
            assertThat(result.getWeightsSha256())
                    .isEqualTo(expected.get("weightsSha256").asText());
        }
    }

    /** A student reads pictures as it began to: a model directory that was edited since changes no pixel of it. */
    @Test
    void aStudentKeepsThePreprocessingThatItBeganWith() throws IOException {
        // Given: red and blue are to be exchanged from now on
        Path fixture = FormatFixture.directory("3-jpeg");
        JsonNode expected = FormatFixture.expected(fixture);
        curriculum.write(FormatFixture.log(fixture));
        FormatFixture.install(fixture, temporary.resolve("checkpoints"), curriculum);
        Path models = Files.createDirectories(temporary.resolve("models"));
        String name = "tiny-3x8-10";
        Path edited = Files.createDirectories(models.resolve(name));
        Path original = fixture.resolve("models").resolve(name);
        Files.copy(original.resolve("model.pt"), edited.resolve("model.pt"));
        ModelDescription.read(original)
                .withPreprocessing(Preprocessing.none(Colour.BGR))
                .write(edited);
        TestConfig config =
                FormatFixture.config(fixture, temporary.resolve("checkpoints")).withModels(models);

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }

        // Then
        Path saved = temporary.resolve("checkpoints").resolve(result.getDirectory());
        assertThat(ModelDescription.read(saved).preprocessing()).isNull();
        assertThat(FormatFixture.floats(saved.resolve(StudentFiles.LEARNER)))
                .usingComparatorWithPrecision((float) ROUNDING)
                .containsExactly(FormatFixture.floats(fixture.resolve("expected.safetensors")));
        assertThat(result.getTrained()).isEqualTo(expected.get("trained").asLong());
    }

    /** Records of before there were versions of the decoder are read as they were then, and so is what a trainer of then learned. */
    @Test
    void aStudentOfAnyFormatIsReplayedAsItLearned() throws IOException {
        // Given
        Path fixture = FormatFixture.directory("2-jpeg");
        JsonNode expected = FormatFixture.expected(fixture);
        curriculum.write(FormatFixture.log(fixture));
        FormatFixture.install(fixture, temporary, curriculum);
        TestConfig verifying = FormatFixture.config(fixture, temporary)
                .withMode(TrainerConfig.Mode.VERIFY, temporary.resolve("verify"));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, verifying)) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(expected.get("trained").asLong());
        assertThat(result.getLineage().getDecodersList()).containsExactly(SampleDecoder.PLATFORM_COLOURS);
        if (expected.get("processor").asText().equals(FormatFixture.processor())) {
            assertThat(result.getWeightsSha256())
                    .isEqualTo(expected.get("weightsSha256").asText());
        }
    }

    @Test
    void aStudentOfALaterFormatIsRefused() throws IOException {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(curriculum.samples(20));
        CheckpointManifest later = CheckpointManifest.newBuilder()
                .setStudent(TestCurriculum.STUDENT)
                .setFormatVersion(CheckpointFormat.VERSION + 1)
                .setDirectory("anna/15")
                .build();
        TestLog.write(List.of(new ProducerRecord<>(
                curriculum.topics.checkpoints(),
                TestCurriculum.STUDENT.getBytes(StandardCharsets.UTF_8),
                later.toByteArray())));
        Path theirs = Files.createDirectories(temporary.resolve("anna/15"));

        // When
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(temporary))) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);

            // Then
            assertThat(trainer.status.problem())
                    .contains("checkpoint anna/15 has format " + (CheckpointFormat.VERSION + 1))
                    .contains("start the newer trainer");
        }
        assertThat(curriculum.manifests()).containsExactly(later);
        assertThat(theirs).exists();
    }

    /** A later format has types of another package; its bytes may mean something else. */
    @Test
    void aRecordOfALaterFormatIsADeadLetterAndTheStudentGoesOn() {
        // Given
        byte[] later =
                TestCurriculum.change(TestCurriculum.spec(2).setBatchSize(3)).toByteArray();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(curriculum.topics.curriculum(TestCurriculum.NAME), later);
        record.headers().add(CloudEvents.TYPE, "wildstream.v2.CurriculumRecord".getBytes(StandardCharsets.UTF_8));
        TestLog.write(List.of(record));
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        TestLog.write(List.of(record));
        curriculum.write(curriculum.samples(20));
        curriculum.write(TestCurriculum.end(0, 1));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(temporary))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(20);
        assertThat(result.getSpec().getGeneration()).isEqualTo(1);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .hasSize(2)
                .allSatisfy(letter -> {
                    assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON))
                            .isEqualTo("unknown_type");
                    assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL))
                            .contains("wildstream.v2.CurriculumRecord", "expected wildstream.v1.CurriculumRecord");
                });
    }

    @Test
    void aStateFileOfALaterFormatIsRefused() throws IOException {
        // Given
        Path file = temporary.resolve("state.json");
        Files.writeString(
                file, "{\"formatVersion\": " + (LearningState.FORMAT_VERSION + 1) + ", \"somethingNew\": true}");

        // Then
        assertThatThrownBy(() -> LearningState.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format " + (LearningState.FORMAT_VERSION + 1) + ", this trainer reads 1 to");
    }
}
