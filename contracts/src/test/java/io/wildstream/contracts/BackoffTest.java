// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Backoff.Pauses;
import io.wildstream.contracts.Backoff.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Pauses PAUSES = Pauses.of(Duration.ofMillis(100), Duration.ofSeconds(2));

    private final List<Duration> slept = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void pausesDoubleUpToTheLongest() throws InterruptedException {
        // Given
        Backoff backoff = backoff(PAUSES, () -> 0L);

        // When
        for (int attempt = 0; attempt < 7; attempt++) {
            assertThat(backoff.retry("no answer")).isTrue();
        }

        // Then
        assertThat(slept).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
        assertThat(backoff.failures()).isEqualTo(7);
    }

    @Test
    void jitterShortensAPauseByAtMostHalf() throws InterruptedException {
        // Given
        Backoff backoff = backoff(Pauses.of(Duration.ofMillis(100), Duration.ofMillis(100)), new SplittableRandom(1));

        // When
        for (int attempt = 0; attempt < 500; attempt++) {
            backoff.retry("no answer");
        }

        // Then
        assertThat(slept).allMatch(pause -> pause.toNanos() > 50_000_000 && pause.toNanos() <= 100_000_000);
        assertThat(slept.stream().mapToLong(Duration::toMillis).average().orElseThrow())
                .isBetween(70.0, 80.0);
    }

    @Test
    void theSameSeedGivesTheSamePauses() throws InterruptedException {
        // Given
        Backoff one = backoff(PAUSES, new SplittableRandom(7));
        Backoff other = backoff(PAUSES, new SplittableRandom(7));

        // When
        for (int attempt = 0; attempt < 5; attempt++) {
            one.retry("no answer");
        }
        List<Duration> first = List.copyOf(slept);
        slept.clear();
        for (int attempt = 0; attempt < 5; attempt++) {
            other.retry("no answer");
        }

        // Then
        assertThat(slept).isEqualTo(first);
    }

    @Test
    void aSuccessBeginsAgainWithTheFirstPause() throws InterruptedException {
        // Given
        Backoff backoff = backoff(PAUSES, () -> 0L);
        backoff.retry("no answer");
        backoff.retry("no answer");

        // When
        backoff.succeeded();
        backoff.retry(new IllegalStateException("again"));

        // Then
        assertThat(slept).extracting(Duration::toMillis).containsExactly(100L, 200L, 100L);
        assertThat(backoff.failures()).isEqualTo(1);
    }

    @Test
    void endsWhenTheTimeSinceTheFirstFailureIsUp() throws InterruptedException {
        // Given
        Backoff backoff = backoff(PAUSES.within(Duration.ofMillis(700)), () -> 0L);

        // When
        int attempts = 0;
        while (backoff.retry("no answer")) {
            attempts++;
        }

        // Then
        assertThat(attempts).isEqualTo(3);
        assertThat(slept).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L);
        backoff.succeeded();
        assertThat(backoff.retry("no answer")).isTrue();
    }

    @Test
    void noTimeAllowsNoSecondAttempt() throws InterruptedException {
        assertThat(backoff(PAUSES.within(Duration.ZERO), () -> 0L).retry("no answer"))
                .isFalse();
        assertThat(slept).isEmpty();
    }

    @Test
    void pausesMustBePositiveAndNotFall() {
        assertThatThrownBy(() -> Pauses.of(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pauses.of(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PAUSES.within(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOpenLatchEndsAWaitAtOnce() throws InterruptedException {
        // Given
        CountDownLatch stopping = new CountDownLatch(1);
        Backoff backoff = new Backoff("read", PAUSES, Sleeper.until(stopping));

        // When
        boolean running = new Backoff(
                        "read", Pauses.of(Duration.ofNanos(1), Duration.ofNanos(1)), Sleeper.until(stopping))
                .retry("no answer");
        stopping.countDown();

        // Then
        assertThat(running).isTrue();
        assertThat(backoff.retry("no answer")).isFalse();
    }

    @Test
    void aFlagEndsAWait() throws InterruptedException {
        // Given
        AtomicInteger looks = new AtomicInteger();
        Pauses aDay = Pauses.of(Duration.ofDays(1), Duration.ofDays(1));

        // When
        boolean running =
                new Backoff("save", aDay, Sleeper.unless(() -> looks.incrementAndGet() > 2)).retry("disk full");

        // Then
        assertThat(running).isFalse();
        assertThat(looks).hasValue(3);
        assertThat(Sleeper.unless(new AtomicBoolean()::get).sleep(Duration.ofNanos(1)))
                .isTrue();
    }

    @Test
    void anInterruptEndsAWait() throws InterruptedException {
        // Given
        assertThat(Sleeper.untilInterrupted().sleep(Duration.ofNanos(1))).isTrue();

        // When
        Thread.currentThread().interrupt();

        // Then
        assertThatThrownBy(() -> Sleeper.untilInterrupted().sleep(Duration.ofDays(1)))
                .isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Sleeper.unless(() -> false).sleep(Duration.ofDays(1)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    private Backoff backoff(Pauses pauses, RandomGenerator random) {
        return new Backoff(
                "connect",
                pauses,
                pause -> {
                    slept.add(pause);
                    clock.addAndGet(pause.toNanos());
                    return true;
                },
                random,
                clock::get);
    }
}
