// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.TinyChild;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SupervisorTest {

    private static final Duration SOON = Waits.PATIENT;
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final Events events = new Events();

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

    @Test
    void looksAfterTheOthersWhenOneProcessCannotBeStarted() {
        // Given
        ChildProcess broken = new ChildProcess(brokenSoon());
        ChildProcess whole = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        broken.start();
        whole.start();
        breakIt();
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN)) {
            supervisor.watch(broken);
            supervisor.watch(whole);
            supervisor.start();

            // When
            broken.kill();
            await().atMost(SOON).until(() -> events.seen.contains("died 137"));
            long before = whole.pid();
            whole.kill();

            // Then
            await().atMost(SOON).until(() -> whole.isAlive() && whole.pid() != before);
            assertThat(broken.isAlive()).isFalse();
            whole.requestStop();
            whole.awaitStop(Waits.PATIENT);
        }
    }

    @Test
    void startsAProcessLaterThatCannotBeStartedNowAndCountsNoDeath() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(brokenSoon());
        child.start();
        breakIt();
        child.kill();
        await().atMost(SOON).until(() -> !child.isAlive());
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            watched.checkSafely();
            for (int attempt = 0; attempt <= Supervisor.MAX_DEATHS; attempt++) {
                nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
                watched.checkSafely();
            }
            assertThat(child.isAlive()).isFalse();

            // When
            mend();
            nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            watched.checkSafely();

            // Then
            assertThat(child.isAlive()).isTrue();
            assertThat(supervisor.lost()).isNull();
            assertThat(events.seen).containsExactly("died 137", "restarted");
            child.requestStop();
            child.awaitStop(Waits.PATIENT);
        }
    }

    @Test
    void givesUpAProcessThatCannotBeStartedForLong() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(brokenSoon());
        child.start();
        breakIt();
        child.kill();
        await().atMost(SOON).until(() -> !child.isAlive());

        // When
        try (Supervisor supervisor = new Supervisor(events, READY_WITHIN, nanos::get)) {
            SupervisedProcess watched = supervisor.supervise(child);
            watched.checkSafely();
            nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            watched.checkSafely();
            assertThat(supervisor.lost()).isNull();
            nanos.addAndGet(Supervisor.WINDOW.toNanos() + 1);
            watched.checkSafely();
            nanos.addAndGet(Supervisor.WINDOW.toNanos() + 1);
            watched.checkSafely();

            // Then
            assertThat(supervisor.lost()).isSameAs(child);
            assertThat(events.seen).containsExactly("died 137", "given up 137");
        }
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

    /** A process that writes its log in a directory of its own. */
    private ProcessSpec brokenSoon() {
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, false);
        Path log = directory.resolve("logs").resolve("broken.log");
        mend();
        return new ProcessSpec("broken", spec.command(), log, spec.readiness());
    }

    /** From now on it cannot be started: its log cannot be written. */
    private void breakIt() {
        Home.delete(directory.resolve("logs"));
    }

    private void mend() {
        assertThat(directory.resolve("logs").toFile().mkdir()).isTrue();
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

    private static final class Events implements Supervisor.Listener {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private volatile @Nullable Throwable failure;

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            seen.add("died " + exitStatus);
        }

        @Override
        public void restarted(ChildProcess process) {
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            seen.add("restarted");
        }

        @Override
        public void givenUp(ChildProcess process, int exitStatus) {
            seen.add("given up " + exitStatus);
        }

        @Override
        public void takenOver(ChildProcess process) {
            seen.add("taken over");
        }
    }
}
