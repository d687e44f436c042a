// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawsTest {

    @Test
    void equalSeedsAndStepsDrawTheSame() {
        Draws a = new Draws(42, 7);
        Draws b = new Draws(42, 7);
        assertThat(IntStream.range(0, 100).map(i -> a.next(1000)).toArray())
                .containsExactly(IntStream.range(0, 100).map(i -> b.next(1000)).toArray());
    }

    @Test
    void stepsAndSeedsHaveNothingInCommon() {
        assertThat(Draws.mix(42, 7)).isNotEqualTo(Draws.mix(42, 8)).isNotEqualTo(Draws.mix(43, 7));
        assertThat(Draws.mix(7, 42)).isNotEqualTo(Draws.mix(42, 7));
    }

    @Test
    void drawsAreSpreadEvenlyOverTheirBound() {
        // Given
        int[] counts = new int[8];
        Draws draws = new Draws(1, 1);

        // When
        for (int i = 0; i < 8000; i++) {
            counts[draws.next(8)]++;
        }

        // Then: five standard deviations of a binomial distribution
        assertThat(IntStream.of(counts)).allMatch(count -> Math.abs(count - 1000) < 150);
        assertThat(new Draws(1, 1).next(1)).isZero();
    }
}
