// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RehearsalRatioTest {

    @Test
    void bringsAStreamTo95PercentOfTheSteps() {
        // Given
        double kept = 29_700;

        // When
        double ratio = RehearsalRatio.of(kept, 128, 1500);

        // Then
        double stepsAtEnd = kept / 128 * (1 + ratio);
        assertThat(stepsAtEnd).isCloseTo(0.95 * 1500, within(0.1));
        assertThat(ratio).isCloseTo(5.1414, within(1e-3));
    }

    @Test
    void isNeverNegative() {
        // Given
        double keptForMoreStepsThanWanted = 128 * 2000;

        // When
        double ratio = RehearsalRatio.of(keptForMoreStepsThanWanted, 128, 1500);

        // Then
        assertThat(ratio).isZero();
    }

    @Test
    void isNeverMoreThanASpecMayAskFor() {
        assertThat(RehearsalRatio.of(1, 128, 1500)).isEqualTo(1000);
    }

    @Test
    void leastStepsLeaveRoomForEachKeptSample() {
        // Given
        double kept = 128 * 95;

        // When
        long steps = RehearsalRatio.leastSteps(kept, 128);

        // Then
        assertThat(steps).isEqualTo(100);
        assertThat(RehearsalRatio.of(kept, 128, steps)).isZero();
    }
}
