// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MovingRateTest {

    private static final long SECOND = 1_000_000_000L;

    private final MovingRate rate = new MovingRate();

    @Test
    void findsASteadyRateAtOnce() {
        // Given
        double first = rate.update(1000, 0);

        // When
        double second = rate.update(1100, 2 * SECOND);

        // Then
        assertThat(first).isZero();
        assertThat(second).isCloseTo(50, within(1e-9));
        assertThat(rate.update(1150, 3 * SECOND)).isCloseTo(50, within(1e-9));
    }

    @Test
    void approachesANewRateWithItsTimeConstant() {
        // Given
        rate.update(0, 0);
        rate.update(0, SECOND);

        // When
        double after = 0;
        for (int second = 2; second <= 11; second++) {
            after = rate.update((second - 1) * 100L, second * SECOND);
        }

        // Then
        assertThat(after).isCloseTo(100 * (1 - Math.exp(-1)), within(1e-6));
    }

    @Test
    void startsOverWhenTheCounterFalls() {
        // Given
        rate.update(0, 0);
        rate.update(100, SECOND);

        // When
        double fallen = rate.update(10, 2 * SECOND);

        // Then
        assertThat(fallen).isZero();
        assertThat(rate.update(30, 3 * SECOND)).isCloseTo(20, within(1e-9));
    }
}
