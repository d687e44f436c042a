// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.TinyChild;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class SupervisorTest {

    private static final Duration SOON = Waits.PATIENT;
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final RecordedEvents events = new RecordedEvents();

    @Test
    void startsAProcessAgainThatWasKilled() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN)) {
            supervisor.watch(child);
            supervisor.start();
            long first = child.pid();

            // When
            child.kill();

            // Then
            await().atMost(SOON).until(() -> child.isAlive() && child.pid() != first);
            await().atMost(SOON).untilAsserted(() -> assertThat(events.seen).containsExactly("died 137", "restarted"));
            child.requestStop();
            child.awaitStop(Waits.PATIENT);
        }
    }

    @Test
    void givesUpAfterTooManyDeaths() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, 7, false));
        child.start();

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            for (int death = 1; death <= Supervisor.MAX_DEATHS; death++) {
                await().atMost(SOON).until(() -> !child.isAlive());
                watched.check();
                nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
                watched.check();
            }

            // Then
            assertThat(supervisor.lost()).isSameAs(child);
            assertThat(events.seen).last().isEqualTo("given up 7");
            assertThat(child.restarts()).isEqualTo(Supervisor.MAX_DEATHS - 1);
        }
    }

    @Test
    void killsAProcessThatDoesNotBecomeReadyAgain() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, false);
        ChildProcess child = new ChildProcess(new ProcessSpec(spec.name(), spec.command(), spec.log(), () -> false));
        child.start();
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            child.kill();
            await().atMost(SOON).until(() -> !child.isAlive());
            watched.check();
            nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
            watched.check();

            // When
            nanos.addAndGet(READY_WITHIN.toNanos() + 1);
            watched.check();

            // Then
            await().atMost(SOON).until(() -> !child.isAlive());
            watched.check();
            assertThat(events.seen).containsExactly("died 137", "restarted", "died 137");
        }
    }

    @Test
    void startsAProcessAgainThatWasToldToDieAndCountsNoDeath() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            for (int death = 1; death <= Supervisor.MAX_DEATHS + 1; death++) {
                child.send(death % 2 == 0 ? ChildProcess.Signal.KILL : ChildProcess.Signal.TERMINATE);
                await().atMost(SOON).until(() -> !child.isAlive());
                watched.check();
                nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
                watched.check();
            }

            // Then
            assertThat(supervisor.lost()).isNull();
            assertThat(events.seen).containsOnly("restarted").hasSize(Supervisor.MAX_DEATHS + 1);
            assertThat(child.isAlive()).isTrue();
        }
        child.requestStop();
        child.awaitStop(Waits.PATIENT);
    }

    @Test
    void doesNotKillAProcessThatStandsStill() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, false);
        ChildProcess child = new ChildProcess(new ProcessSpec(spec.name(), spec.command(), spec.log(), () -> false));
        child.start();
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            child.send(ChildProcess.Signal.KILL);
            await().atMost(SOON).until(() -> !child.isAlive());
            watched.check();
            nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
            watched.check();
            child.send(ChildProcess.Signal.STOP);

            // When
            nanos.addAndGet(READY_WITHIN.toNanos() + 1);
            watched.check();

            // Then
            assertThat(child.isAlive()).isTrue();
        }
        child.requestStop();
        child.awaitStop(Waits.PATIENT);
    }

    @Test
    void leavesAProcessAloneThatWasToldToStop() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        child.requestStop();
        child.awaitStop(Waits.PATIENT);

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN)) {
            SupervisedProcess watched = supervisor.supervise(child);
            watched.check();
        }

        // Then
        assertThat(events.seen).isEmpty();
    }

    @Test
    void leavesAProcessDownThatAnotherHasReplacedAndSaysSoOnce() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child =
                new ChildProcess(TinyChild.spec(directory, 0, 3, false).endingWhenTakenOver(3));
        child.start();
        await().atMost(SOON).until(() -> !child.isAlive());

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            for (int i = 0; i < 3; i++) {
                watched.check();
                nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            }

            // Then
            assertThat(child.isTakenOver()).isTrue();
            assertThat(child.restarts()).isZero();
            assertThat(child.isAlive()).isFalse();
            assertThat(supervisor.lost()).isNull();
            assertThat(events.seen).containsExactly("taken over");
        }
    }

    @Test
    void startsAProcessAgainWhoseStatusMeansNothingElse() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, 3, false));
        child.start();
        await().atMost(SOON).until(() -> !child.isAlive());

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            watched.check();
            nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            watched.check();
        }

        // Then
        assertThat(child.restarts()).isEqualTo(1);
        assertThat(events.seen).containsExactly("died 3", "restarted");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysAgainThatAProcessWasStartedWhenItCouldNotBeHeard(Throwable failure) {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        child.kill();
        await().atMost(SOON).until(() -> !child.isAlive());
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            watched.checkSafely();
            events.failure = failure;
            nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
            watched.checkSafely();
            assertThat(child.isAlive()).isTrue();

            // When
            events.failure = null;
            watched.checkSafely();
            List<String> tooEarly = List.copyOf(events.seen);
            nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            watched.checkSafely();
            watched.checkSafely();

            // Then
            assertThat(tooEarly).containsExactly("died 137");
            assertThat(events.seen).containsExactly("died 137", "restarted");
            child.requestStop();
            child.awaitStop(Waits.PATIENT);
        }
    }

    static Stream<Throwable> failures() {
        return Stream.of(new ClusterException("the disk is full"), new OutOfMemoryError("no more threads"));
    }

    @Test
    void waitsLongerWithEachDeath() {
        // Given
        List<Integer> deaths = List.of(1, 2, 3, 20);

        // When
        List<Duration> pauses = deaths.stream().map(Supervisor::pause).toList();

        // Then
        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Supervisor.LONGEST_PAUSE);
    }
}
