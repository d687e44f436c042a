// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.CcForm;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Students of every method: they learn, change over to it in the middle, and go on from a file bit for bit. */
@Tag("slow")
class LearnerTermsTest {

    private static final int VALUES = 784;

    @TempDir
    Path directory;

    static Stream<LossTerm> terms() {
        LossTerm embedding = term("cc").toBuilder()
                .setCc(term("cc").getCc().toBuilder().setForm(CcForm.CC_FORM_EMBEDDING))
                .build();
        return Stream.concat(LossSpecs.names().stream().map(LearnerTermsTest::term), Stream.of(embedding));
    }

    /** With its defaults, and its moments within the steps of these tests. */
    private static LossTerm term(String name) {
        LossTerm.Builder term = java.util.Objects.requireNonNull(LossSpecs.named(name)).toBuilder();
        switch (term.getTermCase()) {
            case DFND -> term.getDfndBuilder().addQDiagonal(0.8);
            case TF_KD_SELF -> term.getTfKdSelfBuilder().setCopyAtStep(5);
            case PS_KD -> term.getPsKdBuilder().setRefreshSteps(3);
            case BAN -> term.getBanBuilder().setGenerationSteps(5);
            default -> {}
        }
        return term.build();
    }

    @ParameterizedTest
    @MethodSource("terms")
    void learnsWhatTheTeacherSays(LossTerm term) {
        // Given
        TrainingSpec spec = spec(term("ce").toBuilder().setWeight(50).build(), term).toBuilder()
                .setMaxSteps(40)
                .build();
        double first = 0;
        double last = 0;

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec)) {
            for (int step = 0; step < 40; step++) {
                StepResult result = learner.step(LearnerFixture.minibatch(VALUES, 1), step);
                first = step == 0 ? result.agreed() : first;
                last = result.agreed();
                assertThat(result.losses().keySet())
                        .anyMatch(part -> part.startsWith(LossSpecs.name(term.getTermCase())));
                assertParts(result.losses());
            }
        }

        // Then
        assertThat(last).isGreaterThan(first);
    }

    /** Each part is named, and together they are the total. */
    private static void assertParts(Map<String, Double> losses) {
        double sum = losses.entrySet().stream()
                .filter(part -> !part.getKey().equals(StepResult.TOTAL))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        double total = losses.getOrDefault(StepResult.TOTAL, Double.NaN);
        assertThat(sum).isCloseTo(total, org.assertj.core.api.Assertions.within(1e-4 * Math.max(1, Math.abs(total))));
    }

    @ParameterizedTest
    @MethodSource("terms")
    void isTakenUpInTheMiddleAndGoesOnFromAFileBitForBit(LossTerm term) throws IOException {
        // Given
        TrainingSpec before = spec(term("dfnd"));
        TrainingSpec after = spec(term("dfnd"), term);
        String whole;
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", before)) {
            steps(learner, 0, 3);
            learner.configure(after);
            steps(learner, 3, 6);
            learner.save(directory.resolve("state"));
            steps(learner, 6, 12);
            whole = learner.weightsSha256();
        }

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", after)) {
            learner.restore(directory.resolve("state"));
            steps(learner, 6, 12);

            // Then
            assertThat(learner.weightsSha256()).isEqualTo(whole);
        }
    }

    @Test
    void aMethodThatIsLeftLeavesNothingBehind() throws IOException {
        // Given
        TrainingSpec mutual = spec(term("dml"), term("fitnet"), term("ban"));
        TrainingSpec plain = spec(term("ce"));

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", mutual)) {
            steps(learner, 0, 7);
            learner.configure(plain);
            learner.save(directory.resolve("state"));
        }

        // Then
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", plain)) {
            learner.save(directory.resolve("fresh"));
            assertThat(directory.resolve("state"))
                    .hasSize(directory.resolve("fresh").toFile().length());
        }
    }

    @Test
    void bornAgainStudentsBeginAnewAndTheirScheduleToo() {
        // Given
        TrainingSpec spec = spec(term("ban"));

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec)) {
            steps(learner, 0, 5);
            StepResult last = learner.step(LearnerFixture.minibatch(VALUES, 5), 5);

            // Then
            assertThat(last.learningRate()).isEqualTo(spec.getSgd().getLearningRate());
            assertThat(last.losses()).containsKey("ban.distillation");
            assertThat(learner.step(LearnerFixture.minibatch(VALUES, 6), 9).learningRate())
                    .isLessThan(0.2 * spec.getSgd().getLearningRate());
        }
    }

    @Test
    void samplesWithoutFeaturesAreLeftOutOfTheComparison() {
        // Given
        TrainingSpec spec = spec(term("sp"), term("fitnet"), term("rkd"));
        Minibatch all = LearnerFixture.minibatch(VALUES, 1);
        float[][] some = all.teacherFeatures().toArray(float[][]::new);
        some[3] = new float[0];
        some[5] = new float[7];
        Minibatch part = with(all, some);
        Minibatch none = with(all, Collections.nCopies(16, new float[0]).toArray(float[][]::new));

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec)) {
            StepResult withSome = learner.step(part, 0);
            StepResult withNone = learner.step(none, 1);

            // Then
            assertThat(withSome.losses()).containsKeys("sp", "fitnet", "rkd.angle");
            assertThat(withNone.losses()).containsOnlyKeys("total");
            assertThat(withNone.losses().get("total") + 0.0).isZero();
        }
    }

    private static Minibatch with(Minibatch all, float[][] features) {
        return new Minibatch(
                all.size(),
                all.pixels(),
                all.teacherLogits(),
                all.pseudoLabels(),
                all.labels(),
                all.teacherNorms(),
                Arrays.asList(features));
    }

    private static void steps(Learner learner, int from, int to) {
        for (int step = from; step < to; step++) {
            learner.step(LearnerFixture.minibatch(VALUES, step), step);
        }
    }

    private static TrainingSpec spec(LossTerm... terms) {
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("model")
                .setSeed(3)
                .setMaxSteps(15)
                .setTeacherFeatureSize(LearnerFixture.TEACHER_FEATURES)
                .addAllTerms(Arrays.asList(terms))
                .build();
        TrainingSpec clipped = spec.toBuilder()
                .setSgd(spec.getSgd().toBuilder().setMaxGradientNorm(1))
                .build();
        assertThat(TrainingSpecs.problemsOfResolved(clipped, LearnerFixture.CLASSES))
                .isEmpty();
        return TrainingSpecs.withDefaults(clipped);
    }
}
