// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import org.junit.jupiter.api.Test;

class LearningRateTest {

    @Test
    void cosineFallsFromTheRateToZero() {
        // Given
        TrainingSpec spec = spec(ScheduleSpec.newBuilder());

        // When // Then
        assertThat(LearningRate.at(spec, 0)).isEqualTo(0.1);
        assertThat(LearningRate.at(spec, 250)).isCloseTo(0.1 * (1 + Math.sqrt(0.5)) / 2, within(1e-15));
        assertThat(LearningRate.at(spec, 500)).isCloseTo(0.05, within(1e-15));
        assertThat(LearningRate.at(spec, 999)).isBetween(0.0, 1e-6);
    }

    @Test
    void samplesAfterTheLastStepLearnAtTheFloor() {
        // Given
        TrainingSpec spec = spec(ScheduleSpec.newBuilder());

        // When // Then
        assertThat(LearningRate.at(spec, 1000)).isEqualTo(1e-4);
        assertThat(LearningRate.at(spec, 50_000)).isEqualTo(1e-4);
    }

    @Test
    void warmsUpLinearlyAndThenFollowsTheCosineOfTheRest() {
        // Given
        TrainingSpec spec = spec(ScheduleSpec.newBuilder().setWarmupSteps(10));

        // When // Then
        assertThat(LearningRate.at(spec, 0)).isEqualTo(0.01);
        assertThat(LearningRate.at(spec, 4)).isEqualTo(0.05);
        assertThat(LearningRate.at(spec, 9)).isEqualTo(0.1);
        assertThat(LearningRate.at(spec, 10)).isEqualTo(0.1);
        assertThat(LearningRate.at(spec, 505)).isCloseTo(0.05, within(1e-15));
    }

    @Test
    void stepsDownAtMilestones() {
        // Given
        TrainingSpec spec = spec(ScheduleSpec.newBuilder().setKind(ScheduleKind.SCHEDULE_KIND_STEP));

        // When // Then
        assertThat(LearningRate.at(spec, 399)).isEqualTo(0.1);
        assertThat(LearningRate.at(spec, 400)).isCloseTo(0.01, within(1e-15));
        assertThat(LearningRate.at(spec, 800)).isCloseTo(0.001, within(1e-15));
        assertThat(LearningRate.at(spec, 2000)).isCloseTo(0.001, within(1e-15));
    }

    @Test
    void aStudentWithoutEndHasAConstantRate() {
        // Given
        TrainingSpec spec = TrainingSpecs.withDefaults(TrainingSpec.newBuilder()
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.1))
                .build());

        // When // Then
        assertThat(LearningRate.at(spec, 1_000_000)).isEqualTo(0.1);
    }

    private static TrainingSpec spec(ScheduleSpec.Builder schedule) {
        return TrainingSpecs.withDefaults(TrainingSpec.newBuilder()
                .setMaxSteps(1000)
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.1))
                .setSchedule(schedule)
                .build());
    }
}
