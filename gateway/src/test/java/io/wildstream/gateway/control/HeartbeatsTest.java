// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private long nanos = Long.MAX_VALUE - 5;
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private final Heartbeats heartbeats = new Heartbeats(() -> nanos, () -> wall);

    @Test
    void aClockThatIsSetKillsNobodyAndKeepsNobodyAlive() {
        // Given
        heartbeats.heard("teacher-0", wall, false);

        // When
        wall = wall.plus(Duration.ofHours(1));
        nanos += Duration.ofSeconds(9).toNanos();
        boolean afterAJumpForward = heartbeats.within("teacher-0", TEN_SECONDS);
        wall = wall.minus(Duration.ofDays(2));
        nanos += Duration.ofSeconds(2).toNanos();
        boolean afterAJumpBack = heartbeats.within("teacher-0", TEN_SECONDS);

        // Then
        assertThat(afterAJumpForward).isTrue();
        assertThat(afterAJumpBack).isFalse();
    }

    @Test
    void aClockOfAnotherMachineDoesNotMatter() {
        // Given
        Instant farBehind = Instant.EPOCH;

        // When
        heartbeats.heard("teacher-0", farBehind, false);

        // Then
        assertThat(heartbeats.within("teacher-0", TEN_SECONDS)).isTrue();
    }

    @Test
    void whatStoodInTheTopicIsAsOldAsItSays() {
        // Given
        heartbeats.heard("dead", wall.minusSeconds(11), true);
        heartbeats.heard("alive", wall.minusSeconds(3), true);
        heartbeats.heard("ancient", Instant.EPOCH, true);
        heartbeats.heard("ahead", wall.plusSeconds(100), true);

        // When // Then
        assertThat(heartbeats.within("dead", TEN_SECONDS)).isFalse();
        assertThat(heartbeats.within("alive", TEN_SECONDS)).isTrue();
        assertThat(heartbeats.within("ancient", TEN_SECONDS)).isFalse();
        assertThat(heartbeats.within("ahead", TEN_SECONDS)).isTrue();
        nanos += TEN_SECONDS.toNanos();
        assertThat(heartbeats.within("ahead", TEN_SECONDS)).isFalse();
        assertThat(heartbeats.within("nobody", TEN_SECONDS)).isFalse();
    }
}
