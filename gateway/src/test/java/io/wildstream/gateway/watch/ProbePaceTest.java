// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbePaceTest {

    private final ProbePace pace = new ProbePace();

    @Test
    void restsOnceNothingHasChangedForTenSeconds() {
        // Given
        assertThat(pace.isDue(seconds(0), 0)).isTrue();
        pace.read(seconds(0), 0, 7);

        // When // Then
        for (int second = 1; second < 10; second++) {
            assertThat(pace.isDue(seconds(second), 0)).isTrue();
            pace.read(seconds(second), 0, 7);
        }
        assertThat(pace.isDue(seconds(10), 0)).isFalse();
        assertThat(pace.isDue(seconds(13), 0)).isFalse();
        assertThat(pace.isDue(seconds(14), 0)).isTrue();
    }

    @Test
    void aChangeOrAStoredSampleEndsTheRest() {
        // Given
        pace.read(seconds(0), 0, 7);
        pace.read(seconds(20), 0, 7);
        assertThat(pace.isDue(seconds(21), 0)).isFalse();

        // When // Then
        assertThat(pace.isDue(seconds(21), 1)).isTrue();
        pace.read(seconds(21), 1, 8);
        assertThat(pace.isDue(seconds(22), 1)).isTrue();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
