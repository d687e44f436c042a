// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.SelectionSummary;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.trainer.app.Verification;
import io.wildstream.trainer.config.TrainerConfig;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back to an earlier checkpoint: what is learned then, and that a replay from the beginning comes to the same weights. */
@UsesBroker
class RollbackTest {

    private static final long POISON_FROM = 1 + 96;

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(RollbackTest.class);

    @Test
    void aSkippedSourceIsNeitherLearnedNorRehearsed() {
        // Given
        CheckpointManifest clean = learnUntilPoison();
        CheckpointManifest poisoned = learnToTheEnd();

        // When
        CheckpointManifest healed;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.finished();
            curriculum.rollBack(1, clean.getStep(), List.of(), List.of("bad"));
            trainer.await(() -> newest().getRollbackRequest() == 1 && newest().getFinished());
            healed = newest();
        }

        // Then
        assertThat(healed.getRollbackProblem()).isEmpty();
        assertThat(poisoned.getTrained()).isEqualTo(96 + 64 + 96);
        assertThat(healed.getTrained()).isEqualTo(96 + 96);
        assertThat(healed.getSkipped()).isEqualTo(64);
        assertThat(healed.getWeightsSha256()).isNotEqualTo(poisoned.getWeightsSha256());
        assertThat(replay().weightsSha256()).isEqualTo(healed.getWeightsSha256());
    }

    @Test
    void skippedOffsetsAreNotLearnedAndACrashChangesNothing() {
        // Given
        CheckpointManifest clean = learnUntilPoison();
        learnToTheEnd();
        OffsetRange poison = OffsetRange.newBuilder()
                .setFirst(POISON_FROM)
                .setLast(POISON_FROM + 63)
                .build();

        // When
        curriculum.rollBack(1, clean.getStep(), List.of(poison), List.of());
        TestTrainer crashing = new TestTrainer(curriculum, config("learn"));
        crashing.await(() -> newest().getRollbackRequest() == 1 && newest().getStep() > clean.getStep() + 5);
        crashing.crash();
        CheckpointManifest healed;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            healed = trainer.finished();
        }

        // Then
        assertThat(healed.getTrained()).isEqualTo(96 + 96);
        assertThat(healed.getSkipped()).isEqualTo(64);
        assertThat(replay().weightsSha256()).isEqualTo(healed.getWeightsSha256());
    }

    @Test
    void aRollbackThatCannotBeIsAnsweredAndChangesNothing() {
        // Given
        learnUntilPoison();
        CheckpointManifest before = learnToTheEnd();

        // When
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.finished();
            curriculum.rollBack(1, 7777, List.of(), List.of("bad"));
            trainer.await(() -> newest().getRollbackRequest() == 1);
        }

        // Then
        assertThat(newest().getRollbackProblem())
                .isEqualTo("step: the student has no surviving checkpoint of step 7777");
        assertThat(newest().getWeightsSha256()).isEqualTo(before.getWeightsSha256());
        assertThat(newest().getSkipsList()).isEmpty();
    }

    @Test
    void aFinishedStudentIsOpenedAgainAndLearnsUntilTheNextEnd() {
        // Given: the stream was ended by mistake
        learnUntilPoison();
        CheckpointManifest finished = learnToTheEnd();
        long end = finished.getNextOffset();

        // When
        CheckpointManifest later;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.finished();
            curriculum.reopen(1, finished.getStep(), end);
            trainer.await(() -> trainer.status.student().getState() == StudentState.STUDENT_STATE_TRAINING);
            assertThat(newest().getFinished()).isFalse();
            assertThat(newest().getEndedPartitionsList()).isEmpty();
            curriculum.write(curriculum.samples(64, "good"));
            trainer.await(() -> trainer.status.student().getTrained() == finished.getTrained() + 64);
            assertThat(trainer.runner.result()).isNull();
            curriculum.write(TestCurriculum.end(0, 2));
            curriculum.write(TestCurriculum.end(1, 2));
            trainer.await(() -> newest().getFinished());
            later = newest();
        }

        // Then: a replay from the beginning comes to the same
        assertThat(later.getTrained()).isEqualTo(finished.getTrained() + 64);
        assertThat(later.getStep()).isGreaterThan(finished.getStep());
        assertThat(later.getWeightsSha256()).isNotEqualTo(finished.getWeightsSha256());
        assertThat(replay().weightsSha256()).isEqualTo(later.getWeightsSha256());
    }

    @Test
    void aStudentThatGoesBackBeforeTheEndReadsItNoMore() {
        // Given
        CheckpointManifest clean = learnUntilPoison();
        CheckpointManifest finished = learnToTheEnd();

        // When
        CheckpointManifest later;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.finished();
            curriculum.reopen(1, clean.getStep(), finished.getNextOffset());
            curriculum.write(curriculum.samples(64, "good"));
            trainer.await(() -> newest().getRollbackRequest() == 1
                    && trainer.status.student().getTrained() == finished.getTrained() + 64);
            curriculum.write(TestCurriculum.end(0, 1));
            trainer.await(() -> newest().getFinished());
            later = newest();
        }

        // Then
        assertThat(replay().weightsSha256()).isEqualTo(later.getWeightsSha256());
    }

    @Test
    void eachCheckpointSaysWhatItAddsToTheOneBefore() {
        // Given
        learnUntilPoison();

        // When
        CheckpointManifest last = learnToTheEnd();
        Awaitility.await().until(() -> newest().equals(last));

        // Then
        List<CheckpointManifest> chain = CheckpointHistory.surviving(curriculum.manifests());
        assertThat(chain).isEqualTo(curriculum.manifests()).hasSizeGreaterThan(1);
        for (int i = 0; i < chain.size(); i++) {
            var lineage = chain.get(i).getLineage();
            assertThat(lineage.getParent())
                    .isEqualTo(i == 0 ? "" : chain.get(i - 1).getDirectory());
            assertThat(lineage.getFromStep())
                    .isEqualTo(i == 0 ? 0 : chain.get(i - 1).getStep());
        }
        long learned = chain.stream()
                .flatMap(manifest -> manifest.getLineage().getSelectionsList().stream())
                .mapToLong(SelectionSummary::getSamples)
                .sum();
        assertThat(learned).isEqualTo(96 + 64 + 96);
    }

    /** The first checkpoint at the end of the clean part: 96 clean samples, and no others yet. */
    private CheckpointManifest learnUntilPoison() {
        TrainingSpec.Builder spec = TestCurriculum.spec(1);
        curriculum.write(TestCurriculum.change(spec));
        curriculum.write(curriculum.samples(96, "good"));
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(() -> !curriculum.manifests().isEmpty()
                    && newest().getTrained() == 96
                    && trainer.status.student().getState() == StudentState.STUDENT_STATE_TRAINING
                    && trainer.status.student().getStep() == newest().getStep());
        }
        return newest();
    }

    private CheckpointManifest learnToTheEnd() {
        curriculum.write(curriculum.samples(64, "bad"));
        curriculum.write(curriculum.samples(96, "good"));
        curriculum.write(TestCurriculum.end(0, 1));
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            return trainer.finished();
        }
    }

    private Verification replay() {
        TestConfig verifying = config("learn").withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify"));
        try (TestTrainer trainer = new TestTrainer(curriculum, verifying)) {
            return Verification.of(trainer.finished(), 0);
        }
    }

    private CheckpointManifest newest() {
        List<CheckpointManifest> all = curriculum.manifests();
        return all.get(all.size() - 1);
    }

    private TestConfig config(String name) {
        return TestConfig.of(directory.resolve(name)).withKeepCheckpoints(100);
    }
}
