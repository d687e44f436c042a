// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.cluster.Silent;
import io.wildstream.cluster.TinyChild;
import io.wildstream.cluster.process.ProcessState.GivenUp;
import io.wildstream.cluster.process.ProcessState.Killed;
import io.wildstream.cluster.process.ProcessState.Running;
import io.wildstream.cluster.process.ProcessState.Starting;
import io.wildstream.cluster.process.ProcessState.Stopped;
import io.wildstream.cluster.process.ProcessState.TakenOver;
import io.wildstream.cluster.process.ProcessState.WaitingToRestart;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The states that one process goes through, in a time that the test sets. */
@Tag("slow")
class SupervisedProcessTest {

    private static final Duration SOON = Waits.PATIENT;

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicBoolean live = new AtomicBoolean();
    private ChildProcess child = new ChildProcess(TinyChild.spec(Path.of(""), 0, -1, false));
    private SupervisedProcess supervised =
            new SupervisedProcess(child, new Silent(), Duration.ofMinutes(3), nanos::get);

    @AfterEach
    void stop() {
        child.requestStop();
        child.awaitStop(Waits.PATIENT);
    }

    @Test
    void becomesRunningAgainWhenItIsReady() {
        // Given
        start(-1);
        child.kill();
        checkAtExit();
        assertThat(supervised.state()).isInstanceOf(WaitingToRestart.class);

        // When
        checkAfter(Supervisor.FIRST_PAUSE);
        supervised.check();
        ProcessState before = supervised.state();
        ready.set(true);
        supervised.check();

        // Then
        assertThat(before).isEqualTo(new Starting(Supervisor.FIRST_PAUSE.toNanos()));
        assertThat(supervised.state()).isEqualTo(new Running());
    }

    @Test
    void isNotStartedBeforeItsPauseIsOver() {
        // Given
        start(-1);
        child.kill();
        checkAtExit();

        // When
        checkAfter(Supervisor.FIRST_PAUSE.minusNanos(1));

        // Then
        assertThat(supervised.state()).isInstanceOf(WaitingToRestart.class);
        assertThat(child.restarts()).isZero();
    }

    @Test
    void isKilledWhenItStopsAnsweringAndTheExitIsADeath() {
        // Given
        start(-1);
        live.set(true);
        supervised.check();
        checkAfter(LivenessWatch.INTERVAL);
        live.set(false);

        // When
        checkAfter(LivenessWatch.TIMEOUT);
        ProcessState afterOneBadAnswer = supervised.state();
        checkAfter(LivenessWatch.INTERVAL);

        // Then
        assertThat(afterOneBadAnswer).isEqualTo(new Running());
        assertThat(supervised.state()).isEqualTo(new Killed());
        checkAtExit();
        assertThat(supervised.state())
                .isInstanceOfSatisfying(
                        WaitingToRestart.class,
                        waiting -> assertThat(waiting.exitStatus()).isEqualTo(137));
    }

    @Test
    void isStoppedForGoodWhenItWasAskedTo() {
        // Given
        start(-1);

        // When
        child.requestStop();
        checkAtExit();

        // Then
        assertThat(supervised.state()).isEqualTo(new Stopped());
        checkAfter(Supervisor.LONGEST_PAUSE);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void isStoppedForGoodWhenItWasAskedToWhileItWaited() {
        // Given
        start(-1);
        child.kill();
        checkAtExit();

        // When
        child.requestStop();
        checkAfter(Supervisor.LONGEST_PAUSE);

        // Then
        assertThat(supervised.state()).isEqualTo(new Stopped());
        assertThat(child.restarts()).isZero();
    }

    @Test
    void staysDownWhenAnotherHasItsPlace() {
        // Given
        child = new ChildProcess(spec(3).endingWhenTakenOver(3));
        supervised = new SupervisedProcess(child, new Silent(), Duration.ofMinutes(3), nanos::get);
        child.start();

        // When
        checkAtExit();
        checkAfter(Supervisor.LONGEST_PAUSE);

        // Then
        assertThat(supervised.state()).isEqualTo(new TakenOver(3));
    }

    @Test
    void isGivenUpWithTheReason() {
        // Given
        start(7);

        // When
        for (int death = 1; death < Supervisor.MAX_DEATHS; death++) {
            checkAtExit();
            checkAfter(Supervisor.LONGEST_PAUSE);
        }
        checkAtExit();

        // Then
        assertThat(supervised.state()).isEqualTo(new GivenUp(7, "died 6 times within 120 s"));
        checkAfter(Supervisor.WINDOW);
        assertThat(child.restarts()).isEqualTo(Supervisor.MAX_DEATHS - 1);
    }

    @Test
    void deathsOutsideTheWindowAreForgotten() {
        // Given
        start(7);

        // When
        for (int death = 1; death <= Supervisor.MAX_DEATHS + 1; death++) {
            checkAtExit();
            checkAfter(Supervisor.WINDOW);
        }

        // Then
        assertThat(child.restarts()).isEqualTo(Supervisor.MAX_DEATHS + 1);
    }

    private void start(int status) {
        child = new ChildProcess(spec(status));
        supervised = new SupervisedProcess(child, new Silent(), Duration.ofMinutes(3), nanos::get);
        child.start();
    }

    private ProcessSpec spec(int status) {
        ProcessSpec tiny = TinyChild.spec(directory, 0, status, false);
        return new ProcessSpec(tiny.name(), tiny.command(), tiny.log(), ready::get, live::get, null);
    }

    private void checkAtExit() {
        await().atMost(SOON).until(() -> !child.isAlive());
        supervised.check();
    }

    private void checkAfter(Duration time) {
        nanos.addAndGet(time.toNanos());
        supervised.check();
    }
}
