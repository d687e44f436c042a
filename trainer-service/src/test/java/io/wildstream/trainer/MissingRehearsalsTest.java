// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.OfflineSpec;
import io.wildstream.contracts.v1.StudentState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples that go missing after they were learned: rehearsals, and the passes of the offline scheme. */
@UsesBroker
class MissingRehearsalsTest extends ReferencesFixture {

    @Test
    void aSampleThatIsGoneWhenTheStudentIsOpenedIsNoLongerRehearsed() {
        // Given
        List<CurriculumRecord> samples = objects.refer(curriculum.samples(SAMPLES));
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(samples.subList(0, 64));
        learnUpTo(64);
        long openedAt = newest().getStep();

        // When: it is gone at one opening and back at the next
        ByteString gone = objects.remove(20);
        curriculum.write(samples.subList(64, 112));
        learnUpTo(112);
        objects.put(20, gone);
        curriculum.write(samples.subList(112, SAMPLES));
        curriculum.write(TestCurriculum.end(0, 1));
        CheckpointManifest result = learn();

        // Then
        MissingSamples decision = missing(FIRST + 20, FIRST + 20, MissingReason.MISSING_REASON_GONE).toBuilder()
                .setFromStep(openedAt)
                .build();
        assertThat(decisions()).containsExactly(decision);
        assertThat(curriculum.manifests().stream()
                        .flatMap(manifest -> manifest.getLineage().getMissingList().stream())
                        .distinct())
                .containsExactly(decision);
        assertThat(result.getTrained()).isEqualTo(SAMPLES);
        assertThat(result.getMissing()).isZero();
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
        assertThat(result.getWeightsSha256()).isNotEqualTo(weightsWithoutDecisions());
    }

    @Test
    void theOfflineSchemeLeavesOutWhatIsMissingBeforeItsFirstPassAlone() {
        // Given: one is gone when it is read, one when the student is opened again
        var spec = TestCurriculum.spec(1)
                .setMaxSteps(0)
                .clearReplay()
                .setOffline(OfflineSpec.newBuilder().setEpochs(3));
        List<CurriculumRecord> samples = objects.refer(curriculum.samples(SAMPLES));
        ByteString read = objects.remove(3);
        curriculum.write(TestCurriculum.change(spec));
        curriculum.write(samples.subList(0, 64));
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(() -> trainer.status.student().getNextOffset() == FIRST + 64);
        }
        ByteString stored = objects.remove(20);
        curriculum.write(samples.subList(64, SAMPLES));
        curriculum.write(TestCurriculum.end(0, 1));

        // When
        CheckpointManifest result = learn();
        objects.put(3, read);
        objects.put(20, stored);

        // Then
        assertThat(result.getTrained()).isEqualTo(SAMPLES - 2);
        assertThat(result.getMissing()).isEqualTo(2);
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
    }

    @Test
    void theOfflineSchemeWaitsForWhatIsMissingAmidItsPasses() {
        // Given
        var spec = TestCurriculum.spec(1)
                .setMaxSteps(0)
                .clearReplay()
                .setOffline(OfflineSpec.newBuilder().setEpochs(100_000));
        write(spec, curriculum.samples(SAMPLES));
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(() -> trainer.status.student().getStep() >= 3);
        }
        ByteString gone = objects.remove(20);

        // When
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            String problem = trainer.status.problem();
            objects.put(20, gone);
            trainer.await(StudentState.STUDENT_STATE_TRAINING);

            // Then
            assertThat(problem).contains("offline scheme", "20.bin", "Put the object back");
        }
        assertThat(decisions()).isEmpty();
    }
}
