// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cluster.TinyChild;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivenessWatchTest {

    @TempDir
    Path directory;

    private final AtomicBoolean works = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    private ChildProcess child;
    private LivenessWatch watch;

    @BeforeEach
    void start() {
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, false);
        child = new ChildProcess(
                new ProcessSpec(spec.name(), spec.command(), spec.log(), Readiness.immediate(), works::get, null));
        child.start();
        watch = new LivenessWatch(child, nanos::get);
        watch.isDead();
    }

    @AfterEach
    void stop() {
        child.requestStop();
        child.awaitStop(Waits.PATIENT);
    }

    @Test
    void aProcessThatWorkedAndDoesNotAnyMoreIsDeadAfterAWhile() {
        // Given
        works.set(true);
        assertThat(deadAfter(LivenessWatch.INTERVAL)).isFalse();

        // When
        works.set(false);

        // Then
        assertThat(deadAfter(LivenessWatch.TIMEOUT.minus(LivenessWatch.INTERVAL)))
                .isFalse();
        assertThat(deadAfter(LivenessWatch.INTERVAL.multipliedBy(2))).isTrue();
    }

    @Test
    void aBadAnswerNowAndThenIsForgiven() {
        // Given
        works.set(true);
        deadAfter(LivenessWatch.INTERVAL);

        // When
        works.set(false);
        boolean first = deadAfter(LivenessWatch.TIMEOUT);
        works.set(true);
        boolean good = deadAfter(LivenessWatch.INTERVAL);
        works.set(false);
        boolean second = deadAfter(LivenessWatch.TIMEOUT);

        // Then
        assertThat(first || good || second).isFalse();
    }

    @Test
    void aProcessThatNeverWorkedIsStillStarting() {
        // Given
        works.set(false);

        // When
        boolean dead = deadAfter(LivenessWatch.TIMEOUT.multipliedBy(5));

        // Then
        assertThat(dead).isFalse();
    }

    @Test
    void aProcessThatStandsStillIsNotDead() {
        // Given
        works.set(true);
        deadAfter(LivenessWatch.INTERVAL);

        // When
        child.send(ChildProcess.Signal.STOP);
        works.set(false);

        // Then
        assertThat(deadAfter(LivenessWatch.TIMEOUT.multipliedBy(5))).isFalse();
        child.send(ChildProcess.Signal.CONTINUE);
        assertThat(deadAfter(LivenessWatch.TIMEOUT)).isFalse();
        assertThat(deadAfter(LivenessWatch.INTERVAL)).isTrue();
    }

    private boolean deadAfter(Duration time) {
        nanos.addAndGet(time.toNanos());
        return watch.isDead();
    }
}
