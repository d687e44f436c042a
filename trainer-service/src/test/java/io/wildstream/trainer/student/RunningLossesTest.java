// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.trainer.method.StepResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningLossesTest {

    private final RunningLosses losses = new RunningLosses();

    @Test
    void aMeanMovesByATenthOfTheWay() {
        // When
        losses.add(result(Map.of("total", 2.0, "kd", 1.0)));
        losses.add(result(Map.of("total", 4.0, "kd", 1.0)));

        // Then
        assertThat(losses.values().get("total")).isCloseTo(2.2, within(1e-12));
        assertThat(losses.values().get("kd")).isCloseTo(1.0, within(1e-12));
    }

    @Test
    void aPartThatAStepNoLongerHasIsForgottenButNotTheRehearsal() {
        // Given
        losses.add(result(Map.of("total", 2.0, "kd", 1.0)));
        losses.add(result(Map.of("rehearsal", 0.5)));

        // When
        losses.add(result(Map.of("total", 2.0, "ce", 2.0)));

        // Then
        assertThat(losses.values()).containsOnlyKeys("ce", "rehearsal", "total");
    }

    @Test
    void aRehearsalLeavesTheTermsOfTheStream() {
        // Given
        losses.add(result(Map.of("total", 2.0, "kd", 1.0)));

        // When
        losses.add(result(Map.of("rehearsal", 0.5)));

        // Then
        assertThat(losses.values()).containsOnlyKeys("kd", "rehearsal", "total");
        losses.clear();
        assertThat(losses.values()).isEmpty();
    }

    private static StepResult result(Map<String, Double> values) {
        return new StepResult(1, 0, values, 0.1);
    }
}
