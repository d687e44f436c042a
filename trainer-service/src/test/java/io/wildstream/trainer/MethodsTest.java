// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.OfflineSpec;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method and scheme in a whole trainer: switched by the log, crashed, resumed, replayed. */
@UsesBroker
class MethodsTest {

    private static final int FEATURES = 6;
    private static final int BATCH = 16;

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(MethodsTest.class);
    private final Random random = new Random(11);

    @Test
    void everyMethodIsTakenUpInTheMiddleOfARunAndResumesBitForBit() {
        // Given
        List<String> names = LossSpecs.names();
        long generation = 0;
        for (String name : names) {
            curriculum.write(TestCurriculum.change(spec(++generation, name)));
            curriculum.write(samples(3 * BATCH));
        }
        curriculum.write(TestCurriculum.end(0, 1));
        TrainerConfig config = TestConfig.of(directory.resolve("learn"));

        // When
        for (int generations = 3; generations < names.size(); generations += 5) {
            long until = generations;
            TestTrainer trainer = new TestTrainer(curriculum, config);
            trainer.await(() -> trainer.status.student().getSpecGeneration() >= until);
            trainer.crash();
        }
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(3L * BATCH * names.size());
        assertThat(result.getSpec().getGeneration()).isEqualTo(generation);
        assertThat(result.getWeightsSha256()).isEqualTo(replayed());
    }

    @Test
    void theOfflineSchemeLearnsShuffledEpochsWhenTheStreamHasEnded() {
        // Given
        TrainingSpec.Builder spec =
                spec(1, "kd").setMaxSteps(0).setOffline(OfflineSpec.newBuilder().setEpochs(4));
        curriculum.write(TestCurriculum.change(spec));
        curriculum.write(samples(100));
        TrainerConfig config = TestConfig.of(directory.resolve("learn"));

        // When
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(() -> trainer.status.student().getNextOffset() == 101);
            assertThat(trainer.status.student().getStep()).isZero();
        }
        curriculum.write(TestCurriculum.end(0, 1));
        TestTrainer crashing = new TestTrainer(curriculum, config);
        crashing.await(() -> crashing.status.student().getStep() >= 11);
        crashing.crash();
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getStep()).isEqualTo(4 * 7);
        assertThat(result.getTrained()).isEqualTo(100);
        assertThat(result.getSpec().getMaxSteps()).isEqualTo(28);
        assertThat(result.getWeightsSha256()).isEqualTo(replayed());
    }

    @Test
    void givenLabelsAreLearnedWhereTheSpecAsksForThem() {
        // Given
        TrainingSpec.Builder spec =
                spec(1, "ce").setLabels(LabelSource.LABEL_SOURCE_GIVEN).setMaxSteps(150);
        curriculum.write(TestCurriculum.change(spec));
        List<CurriculumRecord> records = new ArrayList<>();
        for (CurriculumRecord record : samples(320)) {
            CurriculumRecord.Builder swapped = record.toBuilder();
            SelectedSample.Builder selected = swapped.getSelectedBuilder();
            int other = (selected.getPseudoLabel() + 1) % TestCurriculum.CLASSES;
            selected.getTeacherOutputBuilder().getSampleBuilder().setLabel(other);
            records.add(swapped.build());
        }
        curriculum.write(records);
        curriculum.write(TestCurriculum.end(0, 1));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(directory.resolve("learn")))) {
            result = trainer.finished();
        }

        // Then it follows the given labels, all of which contradict the teacher
        assertThat(result.getTrained()).isEqualTo(320);
        assertThat(result.getAgreement()).isLessThan(0.15);
    }

    private String replayed() {
        TestConfig config = TestConfig.of(directory.resolve("learn"));
        try (TestTrainer trainer =
                new TestTrainer(curriculum, config.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            return trainer.finished().getWeightsSha256();
        }
    }

    private static TrainingSpec.Builder spec(long generation, String method) {
        LossTerm.Builder term = Objects.requireNonNull(LossSpecs.named(method)).toBuilder();
        if (term.hasDfnd()) {
            term.getDfndBuilder().addQDiagonal(0.9);
        }
        return TestCurriculum.spec(generation)
                .clearTerms()
                .addTerms(term)
                .setMaxSteps(100)
                .setTeacherFeatureSize(FEATURES)
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.01).setMaxGradientNorm(1))
                .setReplay(ReplaySpec.newBuilder().setRatio(0.5).setWindow(100));
    }

    private List<CurriculumRecord> samples(int count) {
        List<CurriculumRecord> all = new ArrayList<>();
        for (CurriculumRecord record : curriculum.samples(count)) {
            float[] features = new float[FEATURES];
            for (int i = 0; i < FEATURES; i++) {
                features[i] = (float) Math.abs(random.nextGaussian());
            }
            CurriculumRecord.Builder with = record.toBuilder();
            with.getSelectedBuilder()
                    .getTeacherOutputBuilder()
                    .setFeatures(Vectors.packFloat32(features, 0, FEATURES))
                    .setFeatureNorm(2);
            all.add(with.build());
        }
        return all;
    }
}
