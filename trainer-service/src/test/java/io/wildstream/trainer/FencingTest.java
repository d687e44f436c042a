// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.checkpoint.CheckpointLog;
import io.wildstream.trainer.checkpoint.FencedException;
import io.wildstream.trainer.config.TrainerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers for one student: the second takes over, the first can do no harm. */
@UsesBroker
class FencingTest {

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(FencingTest.class);
    private final TopicPartition partition = new TopicPartition(curriculum.topics.curriculum(TestCurriculum.NAME), 0);

    /** No checkpoint is due for an hour: the first is told by its proof, not by a commit. */
    @Test
    void theSecondTakesOverAndTheFirstEnds() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(curriculum.samples(100));
        TestConfig config = TestConfig.of(directory.resolve("shared")).withCheckpointInterval(Duration.ofHours(1));
        TestTrainer first = new TestTrainer(curriculum, config);
        first.await(() -> first.status.student().getTrained() == 96);
        curriculum.command(false, 1);
        first.await(() -> curriculum.manifests().size() == 1);

        // When
        long begun = System.nanoTime();
        try (TestTrainer second = new TestTrainer(curriculum, config)) {
            second.await(StudentState.STUDENT_STATE_TRAINING);
            first.join();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            curriculum.write(curriculum.samples(100));
            curriculum.write(TestCurriculum.end(0, 1));
            CheckpointManifest result = second.finished();

            // Then
            assertThat(took).isLessThan(Duration.ofMinutes(2));
            assertThat(first.runner.isFenced()).isTrue();
            assertThat(first.status.broken()).contains("another trainer has taken over student 'anna'");
            assertThat(first.status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_FAILED);
            assertThat(result.getTrained()).isEqualTo(200);
            assertThat(checkpoints(first)).isEqualTo(1);
            assertThat(curriculum.manifests()).hasSize(Math.toIntExact(1 + checkpoints(second)));
            assertThat(result.getWeightsSha256()).isEqualTo(learnUndisturbed());
        }
    }

    @Test
    void aZombieCommitsNothing() {
        // Given
        CheckpointLog zombie = new CheckpointLog(TestBroker.get().client(), curriculum.topics, TestCurriculum.STUDENT);
        zombie.commit(manifest(1), List.of());

        // When
        try (zombie;
                CheckpointLog successor =
                        new CheckpointLog(TestBroker.get().client(), curriculum.topics, TestCurriculum.STUDENT)) {
            successor.renew(partition, 5);
            ProducerRecord<byte[], byte[]> letter =
                    new ProducerRecord<>(curriculum.topics.deadLetters(Stage.TRAINER), new byte[] {1});
            assertThatThrownBy(() -> zombie.commit(manifest(2), List.of(letter)))
                    .isInstanceOf(FencedException.class);
            assertThatThrownBy(() -> zombie.renew(partition, 7)).isInstanceOf(FencedException.class);
            assertThatThrownBy(() -> zombie.commit(manifest(3), List.of())).isInstanceOf(FencedException.class);
            successor.commit(manifest(4), List.of());

            // Then
            assertThat(successor.committed())
                    .extracting(CheckpointManifest::getStep)
                    .containsExactly(1L, 4L);
            assertThat(curriculum.manifests())
                    .extracting(CheckpointManifest::getStep)
                    .containsExactly(1L, 4L);
            assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                    .isEmpty();
        }
    }

    @Test
    void aZombieLearnsOfItByItsProof() throws Exception {
        // Given
        CheckpointLog zombie = new CheckpointLog(TestBroker.get().client(), curriculum.topics, TestCurriculum.STUDENT);
        zombie.renew(partition, 5);

        // When
        try (zombie;
                CheckpointLog successor =
                        new CheckpointLog(TestBroker.get().client(), curriculum.topics, TestCurriculum.STUDENT);
                Admin admin = TestBroker.get().admin()) {
            successor.renew(partition, 6);

            // Then
            assertThatThrownBy(() -> zombie.renew(partition, 5)).isInstanceOf(FencedException.class);
            var offsets = admin.listConsumerGroupOffsets(curriculum.topics.prefix() + ".student-anna")
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(offsets.get(partition).offset()).isEqualTo(6);
        }
    }

    private static CheckpointManifest manifest(long step) {
        return CheckpointManifest.newBuilder()
                .setStudent(TestCurriculum.STUDENT)
                .setStep(step)
                .build();
    }

    private static long checkpoints(TestTrainer trainer) {
        return trainer.meters
                .get("wildstream_trainer_checkpoint_seconds")
                .timer()
                .count();
    }

    private String learnUndisturbed() {
        TestConfig config = TestConfig.of(directory.resolve("unused"));
        try (TestTrainer trainer =
                new TestTrainer(curriculum, config.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            return trainer.finished().getWeightsSha256();
        }
    }
}
