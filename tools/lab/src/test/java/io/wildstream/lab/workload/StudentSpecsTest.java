// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.contracts.v1.TrainingSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StudentSpecsTest {

    @Test
    void fillsTheStepsByReplay() {
        // Given
        WorkloadSettings settings = settings(1500, null);

        // When
        TrainingSpec spec = StudentSpecs.of(settings, "lenet5-1x28-10", 110_000);

        // Then
        assertThat(spec.getReplay().getRatio()).isEqualTo(RehearsalRatio.of(29_700, 128, 1500));
        assertThat(spec.getMaxSteps()).isEqualTo(1500);
        assertThat(spec.getSeed()).isEqualTo(7);
        assertThat(spec.getTermsList()).singleElement().matches(term -> term.hasDfnd());
    }

    @Test
    void takesTheRatioThatWasAskedFor() {
        // Given
        WorkloadSettings settings = settings(1500, 2.5);

        // When
        TrainingSpec spec = StudentSpecs.of(settings, "lenet5-1x28-10", 110_000);

        // Then
        assertThat(spec.getReplay().getRatio()).isEqualTo(2.5);
    }

    @Test
    void refusesFewerStepsThanTheKeptSamplesNeed() {
        // Given
        WorkloadSettings settings = settings(100, null);

        // When // Then
        assertThatThrownBy(() -> StudentSpecs.of(settings, "lenet5-1x28-10", 110_000))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("--steps 100: 29700 kept samples in batches of 128 need at least 245 steps");
    }

    /** What {@code up} starts learns as much from the same images as what {@code demo} starts. */
    @Test
    void anEndlessStudentNeedsNoStepsAndRehearsesAsMuchAsOneOfTheUsualSteps() {
        // Given
        WorkloadSettings settings = settings(0, null);

        // When
        TrainingSpec spec = StudentSpecs.of(settings, "lenet5-1x28-10", 29_947);

        // Then
        assertThat(spec.getMaxSteps()).isZero();
        TrainingSpec finite = StudentSpecs.of(settings(WorkloadDefaults.steps(true), null), "lenet5-1x28-10", 29_947);
        assertThat(spec.getReplay()).isEqualTo(finite.getReplay());
        assertThat(spec.getReplay().getRatio()).isGreaterThan(1);
    }

    @Test
    void aStudentThatMakesFewStepsSaysSo() {
        assertThat(fewSteps(settings(0, null))).isEmpty();
        assertThat(fewSteps(settings(600, null))).isEmpty();
        assertThat(fewSteps(settings(0, 0.0)))
                .hasValue("each makes only about 64 steps on 29,947 samples, too few to learn much: name more"
                        + " rehearsals with --replay-ratio");
        assertThat(fewSteps(settings(80, null)))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("about 80 steps").endsWith("--steps"));
    }

    private static Optional<String> fewSteps(WorkloadSettings settings) {
        return StudentSpecs.fewSteps(settings, StudentSpecs.of(settings, "lenet5-1x28-10", 29_947), 29_947);
    }

    private static WorkloadSettings settings(long steps, Double ratio) {
        return new WorkloadSettings(
                new WorkloadSettings.DataSettings(null, List.of(), null, null, null),
                new WorkloadSettings.TeacherSettings(null, null, 10, false, 1, 1),
                new WorkloadSettings.StudentSettings(null, null, steps, 128, 0.01, 0, ratio),
                List.of("dfnd", "random"),
                0.27,
                7,
                new WorkloadSettings.RunSettings(
                        Double.POSITIVE_INFINITY, Duration.ofMinutes(1), null, true, false, false));
    }
}
