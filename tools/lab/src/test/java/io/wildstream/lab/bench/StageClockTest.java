// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StageClockTest {

    @Test
    void addsUpTheProcessorTimeOfEachStage() {
        // Given
        StageClock clock = new StageClock();

        // When
        clock.begin("work");
        double once = burn(clock);
        clock.begin("rest");
        clock.begin("work");
        clock.end();

        // Then
        assertThat(clock.seconds()).containsOnlyKeys("work", "rest");
        assertThat(clock.seconds().get("work")).isGreaterThan(clock.seconds().get("rest"));
        assertThat(once).isNotNaN();
    }

    @Test
    void endsNothingBeforeTheFirstStage() {
        // Given
        StageClock clock = new StageClock();

        // When
        clock.end();

        // Then
        assertThat(clock.seconds()).isEmpty();
    }

    private static double burn(StageClock clock) {
        double sum = clock.seconds().size();
        for (int i = 0; i < 20_000_000; i++) {
            sum += Math.sqrt(i);
        }
        return sum;
    }
}
