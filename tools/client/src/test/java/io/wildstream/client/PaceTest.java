// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final int PER_SECOND = 100;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Long> sent = new ArrayList<>();
    private long now;
    private final Pace pace = new Pace(PER_SECOND, () -> now);

    @Test
    void aSampleIsDueWhenItsTurnHasCome() {
        assertThat(pace.next()).isZero();
        assertThat(pace.next()).isEqualTo(SECOND / 100);
        now = SECOND / 4;
        assertThat(pace.next()).isEqualTo(SECOND / 50 - SECOND / 4);
    }

    @Test
    void aStallIsFollowedByASecondsWorthAtMost() {
        // Given
        send(200);

        // When
        now += 60 * SECOND;
        send(800);

        // Then
        assertThat(mostInASecond()).isBetween((long) PER_SECOND, 2L * PER_SECOND + 1);
        assertThat(now).as("at the pace again").isGreaterThan(68 * SECOND);
    }

    @Test
    void manyStallsDoNotAddUp() {
        for (int i = 0; i < 10; i++) {
            now += 5 * SECOND;
            send(2 * PER_SECOND);
        }
        assertThat(mostInASecond()).isLessThanOrEqualTo(2L * PER_SECOND + 1);
    }

    private void send(int samples) {
        for (int i = 0; i < samples; i++) {
            now += Math.max(0, pace.next());
            sent.add(now);
        }
    }

    private long mostInASecond() {
        return sent.stream()
                .mapToLong(begin -> sent.stream()
                        .filter(time -> time >= begin && time < begin + SECOND)
                        .count())
                .max()
                .orElse(0);
    }
}
