// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.engine.Distillation;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.student.StudentFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole students on a real broker: what is learned, and that crashes and commands do not change it. */
@UsesBroker
class TrainingTest {

    /** ImageNet has two cranes. */
    private static final List<String> NAMES =
            List.of("tench", "crane", "owl", "hen", "ant", "bee", "crane", "cat", "dog", "ox");

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(TrainingTest.class);

    @Test
    void learnsEachSelectedSampleOnce() {
        // Given
        writeLog();

        // When
        CheckpointManifest result;
        StudentStatus status;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            result = trainer.finished();
            status = trainer.status.student();
        }

        // Then
        assertThat(result.getFinished()).isTrue();
        assertThat(result.getTrained()).isEqualTo(395);
        // 12 full and one short minibatch before the change, 7 full and one short after it, rehearsals up to 60 steps
        assertThat(result.getStep()).isEqualTo(60);
        assertThat(result.getSpec().getGeneration()).isEqualTo(2);
        assertThat(result.getEndedPartitionsList()).containsExactly(0, 1);
        assertThat(result.getTeacherDigestsList()).containsExactly(TestCurriculum.TEACHER_DIGEST);
        assertThat(result.getAgreement()).isGreaterThan(0.5);
        assertThat(status.getState()).isEqualTo(StudentState.STUDENT_STATE_FINISHED);
        assertThat(status.getWeightsSha256()).isEqualTo(result.getWeightsSha256());
        assertThat(curriculum.manifests()).endsWith(result);
        assertThat(directory.resolve("learn").resolve(result.getDirectory()))
                .isDirectoryContaining(path -> path.endsWith("student.pt"))
                .isDirectoryContaining(path -> path.endsWith("model.json"))
                .isDirectoryContaining(path -> path.endsWith("terms.json"));
    }

    @Test
    void badRecordsBecomeDeadLettersOnce() {
        // Given
        writeLog();

        // When
        for (int i = 0; i < 2; i++) {
            try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
                trainer.finished();
            }
        }

        // Then
        List<ConsumerRecord<byte[], byte[]>> letters = TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER));
        assertThat(letters)
                .extracting(letter -> CloudEvents.text(letter.headers(), DeadLetters.REASON))
                .containsExactly("unparsable", "bad_logits", "wrong_shape", "bad_label", "unknown_entry");
        assertThat(letters.get(0).value()).isEqualTo("no record".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aCrashChangesNothing() {
        // Given
        writeLog();
        String uninterrupted = learnUndisturbed();
        long seed = System.nanoTime();
        Random random = new Random(seed);

        // When
        TrainerConfig config = config("crashing");
        for (int i = 0; i < 3; i++) {
            long step = 5 + random.nextInt(45);
            TestTrainer trainer = new TestTrainer(curriculum, config);
            trainer.await(() -> trainer.status.student().getStep() >= step || trainer.runner.result() != null);
            trainer.crash();
        }
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getWeightsSha256()).as("seed " + seed).isEqualTo(uninterrupted);
        assertThat(result.getTrained()).isEqualTo(395);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .hasSize(5);
    }

    @Test
    void stoppingInOrderLosesNoStep() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(curriculum.samples(100));
        TrainerConfig config = TestConfig.of(directory.resolve("learn")).withCheckpointInterval(Duration.ofHours(1));

        // When
        long step;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(() -> trainer.status.student().getTrained() == 96);
            trainer.await(() -> trainer.status.student().getStep() == 10);
            step = trainer.status.student().getStep();
        }

        // Then
        CheckpointManifest saved = curriculum.manifests().get(0);
        assertThat(saved.getStep()).isEqualTo(step);
        assertThat(saved.getTrained()).isEqualTo(96);
        assertThat(saved.getNextOffset()).isEqualTo(97);
        curriculum.write(curriculum.samples(12));
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(() -> trainer.status.student().getTrained() == 112);
        }
    }

    @Test
    void pausesAtACommandAndGoesOn() {
        // Given
        writeLog();
        String uninterrupted = learnUndisturbed();
        long paused = curriculum.command(true, 0);

        try (TestTrainer trainer = new TestTrainer(curriculum, config("paused"))) {
            trainer.await(StudentState.STUDENT_STATE_PAUSED);
            trainer.await(() -> trainer.status.observedGeneration() == paused);
            int manifests = curriculum.manifests().size();

            // When
            curriculum.command(true, 5);
            trainer.await(() -> trainer.status.student().getCheckpointRequest() == 5);
            assertThat(trainer.status.student().getStep()).isZero();
            assertThat(curriculum.manifests())
                    .as("a student that has not changed since its checkpoint")
                    .hasSize(manifests);
            long resumed = curriculum.command(false, 5);

            // Then
            assertThat(trainer.finished().getWeightsSha256()).isEqualTo(uninterrupted);
            trainer.await(() -> trainer.status.observedGeneration() == resumed);
            int finished = curriculum.manifests().size();
            curriculum.command(false, 6);
            trainer.await(() -> trainer.status.student().getCheckpointRequest() == 6);
            assertThat(curriculum.manifests()).hasSize(finished);
        }
    }

    @Test
    void aSecondTrainerFencesTheFirst() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(curriculum.samples(40));
        TestTrainer first = new TestTrainer(curriculum, config("shared"));
        first.await(() -> first.status.student().getCheckpointStep() > 0);

        // When
        try (TestTrainer second = new TestTrainer(curriculum, config("shared"))) {
            second.await(StudentState.STUDENT_STATE_TRAINING);
            curriculum.write(curriculum.samples(40));
            first.join();

            // Then
            assertThat(first.runner.isFenced()).isTrue();
            assertThat(first.status.broken()).contains("another trainer has taken over student 'anna'");
            curriculum.write(TestCurriculum.end(0, 1));
            assertThat(second.finished().getTrained()).isEqualTo(80);
        }
    }

    @Test
    void aRefusedSpecHoldsTheStudentUntilABetterOneComes() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setBatchSize(100_000)));
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            assertThat(trainer.status.problem()).contains("batch_size: must be in [1, 65536], got 100000");

            // When
            curriculum.write(TestCurriculum.change(
                    TestCurriculum.spec(2).setStudentModel("absent").setStartOffset(1)));
            trainer.await(() -> trainer.status.problem().contains("There is no model 'absent'"));
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(3).setStartOffset(2)));
            trainer.await(StudentState.STUDENT_STATE_TRAINING);
            curriculum.write(curriculum.samples(20));
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(4).clearTerms()));
            curriculum.write(curriculum.samples(20));
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            assertThat(trainer.status.problem()).contains("q_diagonal: must have 1 value or 10");
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(5)));
            curriculum.write(TestCurriculum.end(0, 1));
            CheckpointManifest result = trainer.finished();

            // Then
            assertThat(result.getTrained()).isEqualTo(40);
            assertThat(result.getSpec().getGeneration()).isEqualTo(5);
            assertThat(verify().getWeightsSha256()).isEqualTo(result.getWeightsSha256());
        }
    }

    @Test
    void aDamagedCheckpointGivesWayToTheOneBefore() throws IOException {
        // Given
        writeLog();
        String uninterrupted = learnUndisturbed();
        TestTrainer crashing = new TestTrainer(curriculum, config("damaged"));
        crashing.await(() -> crashing.status.student().getCheckpointStep() > 20);
        crashing.crash();
        List<CheckpointManifest> manifests = curriculum.manifests();
        CheckpointManifest newest = manifests.get(manifests.size() - 1);
        Path file = directory.resolve("damaged").resolve(newest.getDirectory()).resolve(StudentFiles.LEARNER);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;

        // When
        Files.write(file, bytes);
        CheckpointManifest result;
        double corrupt;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("damaged"))) {
            result = trainer.finished();
            corrupt = trainer.count("checkpoints_corrupt");
        }

        // Then
        assertThat(corrupt).isEqualTo(1);
        assertThat(result.getWeightsSha256()).isEqualTo(uninterrupted);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .hasSize(5);
    }

    @Test
    void aHoldoutIsMeasuredWithoutChangingTheStudent() throws IOException {
        // Given
        writeLog();
        Path holdout = directory.resolve("holdout.pb.gz");
        HoldoutFile.write(
                holdout,
                IntStream.range(0, 300)
                        .mapToObj(i -> LabelledSample.newBuilder()
                                .setLabel(i % 10)
                                .setSample(curriculum.sample(i % 10))
                                .build())
                        .iterator());
        String uninterrupted = learnUndisturbed();

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(
                curriculum, TestConfig.of(directory.resolve("learn")).withHoldout(holdout))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getHoldoutAccuracy()).isGreaterThan(0.5);
        assertThat(result.getWeightsSha256()).isEqualTo(uninterrupted);
        ModelDescription model =
                ModelDescription.read(directory.resolve("learn").resolve(result.getDirectory()));
        assertThat(model.classes()).isEqualTo(NAMES);
        assertThat(model.accuracy()).isEqualTo(result.getHoldoutAccuracy());
        assertThat(model.classAccuracy()).hasSize(10);
        assertThat(model.classAccuracy().stream().mapToDouble(share -> share).average())
                .hasValueCloseTo(result.getHoldoutAccuracy(), offset(1e-9));
        Distillation distillation = model.distillation();
        assertThat(distillation.agreement()).isEqualTo(result.getAgreement());
        assertThat(distillation.step()).isEqualTo(60);
        assertThat(distillation.samples()).isEqualTo(395);
        assertThat(distillation.specGeneration()).isEqualTo(2);
        assertThat(distillation.teacherDigests()).containsExactly(TestCurriculum.TEACHER_DIGEST);
        assertThat(distillation.weightsSha256()).isEqualTo(uninterrupted);
    }

    /** 395 good samples with a spec change among them, five bad records, markers of two partitions. */
    private void writeLog() {
        curriculum.write(curriculum.samples(30)); // before the student's start
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setStartOffset(30)));
        curriculum.write(curriculum.samples(150));
        curriculum.writeBytes("no record".getBytes(StandardCharsets.UTF_8));
        curriculum.write(badRecords());
        curriculum.write(curriculum.samples(50));
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setBatchSize(3))); // written twice: no effect
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(2)
                .setReplay(ReplaySpec.newBuilder().setRatio(1.5).setWindow(64))
                .addAllClassNames(NAMES)
                .setBatchSize(25)));
        curriculum.write(curriculum.samples(100));
        curriculum.write(TestCurriculum.end(1, 2), TestCurriculum.end(1, 2));
        curriculum.write(curriculum.samples(95));
        curriculum.write(TestCurriculum.end(0, 2));
    }

    private List<CurriculumRecord> badRecords() {
        var logits = curriculum.selected(1);
        logits.getTeacherOutputBuilder().setLogits(com.google.protobuf.ByteString.copyFrom(new byte[8]));
        var shape = curriculum.selected(2);
        shape.getTeacherOutputBuilder()
                .getSampleBuilder()
                .setContentType("application/x-tensor;dtype=uint8;shape=1,14,56");
        var label = curriculum.selected(3).setPseudoLabel(10);
        return List.of(
                CurriculumRecord.newBuilder().setSelected(logits).build(),
                CurriculumRecord.newBuilder().setSelected(shape).build(),
                CurriculumRecord.newBuilder().setSelected(label).build(),
                CurriculumRecord.getDefaultInstance());
    }

    private String learnUndisturbed() {
        return verify().getWeightsSha256();
    }

    private CheckpointManifest verify() {
        TestConfig config = TestConfig.of(directory.resolve("unused"));
        try (TestTrainer trainer =
                new TestTrainer(curriculum, config.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            return trainer.finished();
        }
    }

    private TestConfig config(String checkpoints) {
        return TestConfig.of(directory.resolve(checkpoints));
    }
}
