// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.student.StudentFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong around a checkpoint, each time with the weights of a student to whom nothing happened. */
@UsesBroker
class CheckpointFaultsTest {

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(CheckpointFaultsTest.class);

    @BeforeEach
    void begin() {
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.writeBytes("no record".getBytes(StandardCharsets.UTF_8));
        curriculum.write(curriculum.samples(300));
    }

    @Test
    void aDeathBetweenAnyTwoStepsOfSavingChangesNothing() throws IOException {
        // Given
        curriculum.write(TestCurriculum.end(0, 1));
        TestConfig config = TestConfig.of(directory.resolve("learn")).withKeepCheckpoints(1);
        CrashPoints points = new CrashPoints(curriculum, config, List.of(CrashPoints.Point.values()));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config, points)) {
            result = trainer.finished();
        }

        // Then
        assertThat(points.coming()).isEmpty();
        assertUndisturbed(result);
        assertThat(directories("learn")).containsExactly(name(result));
    }

    @Test
    void lostAndTornFilesGiveWayToTheCheckpointBefore() throws IOException {
        // Given
        TestConfig config = TestConfig.of(directory.resolve("learn"));
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            for (int wanted = 1; wanted <= 3; wanted++) {
                int count = wanted;
                curriculum.command(false, wanted);
                trainer.await(() -> directories("learn").size() >= count);
            }
            trainer.await(() -> trainer.status.student().getTrained() == 288);
        }
        List<String> kept = directories("learn");
        Path files = directory.resolve("learn").resolve(TestCurriculum.STUDENT);
        Path module = files.resolve(newest(kept)).resolve("student.pt");
        Path state = files.resolve(kept.stream()
                        .filter(name -> !name.equals(newest(kept)))
                        .max(byStep())
                        .orElseThrow())
                .resolve(LearningState.FILE);
        Files.delete(module);
        Files.write(state, java.util.Arrays.copyOf(Files.readAllBytes(state), 40));

        // When
        curriculum.write(TestCurriculum.end(0, 1));
        CheckpointManifest result;
        double corrupt;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
            corrupt = trainer.count("checkpoints_corrupt");
        }

        // Then
        assertThat(corrupt).isEqualTo(2);
        assertUndisturbed(result);
    }

    @Test
    void aFullDiskHoldsTheStudentUntilThereIsRoom() throws IOException, InterruptedException {
        // Given
        Path small = Files.createDirectories(directory.resolve("small"));
        Assumptions.assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString()),
                "no right to mount a small file system: a full disk is not tried");
        try {
            holdStudentOnFullDisk(small);
        } finally {
            command("umount", small.toString());
        }
    }

    @Test
    void aCurriculumThatWasDeletedAndMadeAgainIsNotContinued() throws Exception {
        // Given
        TestConfig config = TestConfig.of(directory.resolve("learn"));
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(() -> trainer.status.student().getTrained() == 288);
        }
        CheckpointManifest learned = newestManifest();
        try (Admin admin = TestBroker.get().admin()) {
            String topic = curriculum.topics.curriculum(TestCurriculum.NAME);
            admin.deleteTopics(List.of(topic)).all().get();
            Awaitility.await()
                    .atMost(Waits.PATIENT)
                    .until(() -> !admin.listTopics().names().get().contains(topic));
            admin.createTopics(List.of(curriculum.topics.curriculumTopic(TestCurriculum.NAME)))
                    .all()
                    .get();
        }

        // When
        String whenEmpty;
        String whenAsLong;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            whenEmpty = trainer.status.problem();
            curriculum.write(curriculum.samples(600));
            curriculum.write(TestCurriculum.end(0, 1));
            trainer.await(() -> trainer.status.problem().contains("another record"));
            whenAsLong = trainer.status.problem();
        }

        // Then
        assertThat(whenEmpty).contains("holds nothing at offset", "deleted and made again", "create a new student");
        assertThat(whenAsLong)
                .contains("holds another record at offset "
                        + learned.getLastLearned().getOffset());
        assertThat(newestManifest()).isEqualTo(learned);
    }

    private CheckpointManifest newestManifest() {
        List<CheckpointManifest> manifests = curriculum.manifests();
        return manifests.get(manifests.size() - 1);
    }

    private void holdStudentOnFullDisk(Path small) throws IOException {
        TestConfig config = TestConfig.of(small).withCheckpointInterval(Duration.ofHours(1));
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            curriculum.command(false, 1);
            trainer.await(() -> curriculum.manifests().size() == 1);
            Path ballast = small.resolve("ballast");
            fill(ballast);
            trainer.await(() -> trainer.status.student().getTrained() == 288);

            // When
            curriculum.command(false, 2);
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            trainer.await(() -> trainer.count("checkpoints_failed") >= 2);
            String problem = trainer.status.problem();
            long step = trainer.status.student().getStep();
            leaveRoomForFirstFile(small, ballast);
            double failed = trainer.count("checkpoints_failed");
            trainer.await(() -> trainer.count("checkpoints_failed") >= failed + 2);
            assertThat(trainer.status.problem()).isEqualTo(problem);
            assertThat(trainer.status.student().getStep()).isEqualTo(step);
            List<CheckpointManifest> committed = curriculum.manifests();
            List<String> left = directories("small");
            Files.delete(ballast);
            trainer.await(StudentState.STUDENT_STATE_TRAINING);

            // Then
            assertThat(problem).contains("checkpoint of step " + step + " could not be stored", "No space left");
            assertThat(committed).hasSize(1);
            assertThat(left).hasSize(1);
            assertThat(trainer.status.student().getStep()).isGreaterThanOrEqualTo(step);
            curriculum.write(TestCurriculum.end(0, 1));
            assertUndisturbed(trainer.finished());
        }
    }

    private void assertUndisturbed(CheckpointManifest result) {
        TestConfig config = TestConfig.of(directory.resolve("unused"));
        try (TestTrainer trainer =
                new TestTrainer(curriculum, config.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            assertThat(result.getWeightsSha256()).isEqualTo(trainer.finished().getWeightsSha256());
        }
        assertThat(result.getTrained()).isEqualTo(300);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .hasSize(1);
    }

    private List<String> directories(String root) throws IOException {
        Path home = directory.resolve(root).resolve(TestCurriculum.STUDENT);
        if (!Files.exists(home)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(home)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static String name(CheckpointManifest manifest) {
        return manifest.getDirectory().substring(TestCurriculum.STUDENT.length() + 1);
    }

    private static String newest(List<String> names) {
        return names.stream().max(byStep()).orElseThrow();
    }

    private static java.util.Comparator<String> byStep() {
        return java.util.Comparator.comparing(name -> Long.parseLong(name.split("-")[0]));
    }

    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** The disk is full again when the second file of a checkpoint is written. */
    private void leaveRoomForFirstFile(Path small, Path ballast) throws IOException {
        String checkpoint = directories("small").get(0);
        long bytes = Files.size(
                small.resolve(TestCurriculum.STUDENT).resolve(checkpoint).resolve(StudentFiles.LEARNER));
        try (FileChannel file = FileChannel.open(ballast, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - bytes - (64 << 10));
        }
    }

    private static boolean command(String... words) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(words).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
