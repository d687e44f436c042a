// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.TrainingSpec;
import java.time.Duration;
import java.util.List;
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
                .isInstanceOf(ClusterException.class)
                .hasMessage("--steps 100: 29700 kept samples in batches of 128 need at least 245 steps");
    }

    @Test
    void anEndlessStudentNeedsNoSteps() {
        // Given
        WorkloadSettings settings = settings(0, null);

        // When
        TrainingSpec spec = StudentSpecs.of(settings, "lenet5-1x28-10", 110_000);

        // Then
        assertThat(spec.getMaxSteps()).isZero();
        assertThat(spec.getReplay().getRatio()).isZero();
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
