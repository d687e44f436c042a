// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSpecsTest {

    private static final TrainingSpec SPEC = TrainingSpec.newBuilder()
            .setStudentModel("lenet5")
            .setMaxSteps(1500)
            .build();

    @Test
    void aSpecWithoutAnythingIsDfndWithTheDefaults() {
        // When
        TrainingSpec all = TrainingSpecs.withDefaults(SPEC);

        // Then
        assertThat(all.getTermsList()).hasSize(1);
        DfndLoss dfnd = all.getTerms(0).getDfnd();
        assertThat(all.getTerms(0).getWeight()).isEqualTo(1);
        assertThat(dfnd.getTemperature()).isEqualTo(4);
        assertThat(dfnd.getKdWeight()).isEqualTo(1);
        assertThat(dfnd.getNoisyLabelWeight()).isEqualTo(1);
        assertThat(dfnd.getQLearningRate()).isEqualTo(0.001);
        assertThat(all.getSgd().getLearningRate()).isEqualTo(0.01);
        assertThat(all.getSgd().getMomentum()).isEqualTo(0.9);
        assertThat(all.getSgd().getWeightDecay()).isEqualTo(5e-4);
        assertThat(all.getSchedule().getKind()).isEqualTo(ScheduleKind.SCHEDULE_KIND_COSINE);
        assertThat(all.getBatchSize()).isEqualTo(128);
        assertThat(all.getReplay().getWindow()).isEqualTo(30000);
        assertThat(TrainingSpecs.withDefaults(all)).isEqualTo(all);
        assertThat(TrainingSpecs.problems(SPEC)).isEmpty();
    }

    @Test
    void zeroThatIsMeantIsKept() {
        // Given
        TrainingSpec spec = SPEC.toBuilder()
                .addTerms(LossTerm.newBuilder()
                        .setWeight(0)
                        .setDfnd(DfndLoss.newBuilder().setKdWeight(0).setQLearningRate(0)))
                .setSgd(SgdSpec.newBuilder().setMomentum(0).setWeightDecay(0))
                .build();

        // When
        TrainingSpec all = TrainingSpecs.require(spec);

        // Then
        assertThat(all.getTerms(0).getWeight()).isZero();
        assertThat(all.getTerms(0).getDfnd().getKdWeight()).isZero();
        assertThat(all.getTerms(0).getDfnd().getQLearningRate()).isZero();
        assertThat(all.getSgd().getMomentum()).isZero();
        assertThat(all.getSgd().getWeightDecay()).isZero();
    }

    @Test
    void aSpecWithoutEndHasAConstantRate() {
        // When
        TrainingSpec all =
                TrainingSpecs.withDefaults(SPEC.toBuilder().clearMaxSteps().build());

        // Then
        assertThat(all.getSchedule().getKind()).isEqualTo(ScheduleKind.SCHEDULE_KIND_CONSTANT);
    }

    @Test
    void eachMessageNamesItsField() {
        // Given
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("../evil")
                .setStudentModelDigest("ABC")
                .addTerms(LossTerm.getDefaultInstance())
                .addTerms(LossTerm.newBuilder()
                        .setWeight(Double.NaN)
                        .setDfnd(DfndLoss.newBuilder()
                                .setTemperature(-1)
                                .setKdWeight(Double.POSITIVE_INFINITY)
                                .addQDiagonal(0.9)
                                .addQDiagonal(1.0)
                                .setQLearningRate(2)))
                .setSgd(SgdSpec.newBuilder()
                        .setLearningRate(0)
                        .setMomentum(1)
                        .setWeightDecay(-1)
                        .setMaxGradientNorm(Double.NaN))
                .setSchedule(ScheduleSpec.newBuilder()
                        .setKind(ScheduleKind.SCHEDULE_KIND_STEP)
                        .setFactor(3)
                        .addMilestones(0.8)
                        .addMilestones(0.4))
                .setBatchSize(70_000)
                .setStartOffset(-1)
                .setNormalisation(Normalisation.newBuilder().addMean(0.5f))
                .build();

        // When
        List<String> problems = TrainingSpecs.problems(spec);

        // Then
        assertThat(problems.stream().map(problem -> problem.substring(0, problem.indexOf(':'))))
                .containsExactly(
                        "student_model",
                        "student_model_digest",
                        "terms[0]",
                        "terms[1].weight",
                        "terms[1].dfnd.temperature",
                        "terms[1].dfnd.kd_weight",
                        "terms[1].dfnd.q_learning_rate",
                        "terms[1].dfnd.q_diagonal[1]",
                        "sgd.learning_rate",
                        "sgd.momentum",
                        "sgd.weight_decay",
                        "sgd.max_gradient_norm",
                        "max_steps",
                        "schedule.factor",
                        "schedule.milestones[1]",
                        "batch_size",
                        "start_offset",
                        "normalisation");
        assertThatThrownBy(() -> TrainingSpecs.require(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch_size: must be in [1, 65536], got 70000");
    }

    @Test
    void warmUpMustEndBeforeTheLastStep() {
        // Given
        TrainingSpec spec = SPEC.toBuilder()
                .setSchedule(ScheduleSpec.newBuilder().setWarmupSteps(1500))
                .build();

        // When // Then
        assertThat(TrainingSpecs.problems(spec))
                .containsExactly("schedule.warmup_steps: must be below max_steps, got 1500");
    }

    @Test
    void aResolvedSpecHasADiagonalForQ() {
        // When // Then
        assertThat(TrainingSpecs.problemsOfResolved(SPEC, 10))
                .containsExactly("terms[0].dfnd.q_diagonal: must have 1 value or 10, one for each class, got 0");
        TrainingSpec resolved = SPEC.toBuilder()
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9)))
                .build();
        assertThat(TrainingSpecs.problemsOfResolved(resolved, 10)).isEmpty();
    }

    @Test
    void aResolvedSpecNamesAllClassesOrNone() {
        // Given
        TrainingSpec resolved = SPEC.toBuilder()
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9)))
                .addClassNames("crane")
                .addClassNames("crane")
                .build();

        // When // Then
        assertThat(TrainingSpecs.problemsOfResolved(resolved, 2)).isEmpty();
        assertThat(TrainingSpecs.problemsOfResolved(resolved, 10))
                .containsExactly("class_names: must be empty or name 10 classes, got 2");
    }

    @Test
    void classNamesAreBounded() {
        // Given
        TrainingSpec tooLong =
                SPEC.toBuilder().addClassNames("x".repeat(65_537)).build();
        TrainingSpec control = SPEC.toBuilder().addClassNames("a\nb").build();

        // When // Then
        for (TrainingSpec spec : List.of(tooLong, control)) {
            assertThat(TrainingSpecs.problems(spec)).singleElement().asString().startsWith("class_names: ");
        }
    }

    @Test
    void aLaterSpecKeepsTheArchitecture() {
        // Given
        TrainingSpec other = SPEC.toBuilder().setStudentModel("resnet8").build();

        // When // Then
        assertThat(TrainingSpecs.problemsOfChange(SPEC, other))
                .containsExactly("student_model: cannot change from 'lenet5': create another student");
        assertThat(TrainingSpecs.problemsOfChange(
                        SPEC, SPEC.toBuilder().setBatchSize(64).build()))
                .isEmpty();
    }
}
