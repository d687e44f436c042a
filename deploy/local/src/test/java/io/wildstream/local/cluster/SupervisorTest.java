package io.wildstream.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Events events = new Events();

    @Test
    void startsAProcessAgainThatWasKilled() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        try (Supervisor supervisor = new Supervisor(events)) {
            supervisor.watch(child);
            supervisor.start();
            long first = child.pid();

            // When
            child.kill();

            // Then
            await().atMost(SOON).until(() -> child.isAlive() && child.pid() != first);
            await().atMost(SOON).untilAsserted(() -> assertThat(events.seen).containsExactly("died 137", "restarted"));
            child.requestStop();
            child.awaitStop(Duration.ofSeconds(10));
        }
    }

    @Test
    void givesUpAfterTooManyDeaths() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, 7, false));
        child.start();

        // When
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            for (int death = 1; death <= Supervisor.MAX_DEATHS; death++) {
                await().atMost(SOON).until(() -> !child.isAlive());
                supervisor.look(child);
                nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
                supervisor.look(child);
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
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            child.kill();
            await().atMost(SOON).until(() -> !child.isAlive());
            supervisor.look(child);
            nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
            supervisor.look(child);

            // When
            nanos.addAndGet(Supervisor.READY_WITHIN.toNanos() + 1);
            supervisor.look(child);

            // Then
            await().atMost(SOON).until(() -> !child.isAlive());
            supervisor.look(child);
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
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            for (int death = 1; death <= Supervisor.MAX_DEATHS + 1; death++) {
                child.send(death % 2 == 0 ? ChildProcess.Signal.KILL : ChildProcess.Signal.TERMINATE);
                await().atMost(SOON).until(() -> !child.isAlive());
                supervisor.look(child);
                nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
                supervisor.look(child);
            }

            // Then
            assertThat(supervisor.lost()).isNull();
            assertThat(events.seen).containsOnly("restarted").hasSize(Supervisor.MAX_DEATHS + 1);
            assertThat(child.isAlive()).isTrue();
        }
        child.requestStop();
        child.awaitStop(Duration.ofSeconds(10));
    }

    @Test
    void doesNotKillAProcessThatStandsStill() {
        // Given
        AtomicLong nanos = new AtomicLong();
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, false);
        ChildProcess child = new ChildProcess(new ProcessSpec(spec.name(), spec.command(), spec.log(), () -> false));
        child.start();
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            child.send(ChildProcess.Signal.KILL);
            await().atMost(SOON).until(() -> !child.isAlive());
            supervisor.look(child);
            nanos.addAndGet(Supervisor.FIRST_PAUSE.toNanos());
            supervisor.look(child);
            child.send(ChildProcess.Signal.STOP);

            // When
            nanos.addAndGet(Supervisor.READY_WITHIN.toNanos() + 1);
            supervisor.look(child);

            // Then
            assertThat(child.isAlive()).isTrue();
        }
        child.requestStop();
        child.awaitStop(Duration.ofSeconds(10));
    }

    @Test
    void leavesAProcessAloneThatWasToldToStop() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        child.requestStop();
        child.awaitStop(Duration.ofSeconds(10));

        // When
        try (Supervisor supervisor = new Supervisor(events)) {
            supervisor.look(child);
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
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            for (int i = 0; i < 3; i++) {
                supervisor.look(child);
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
        try (Supervisor supervisor = new Supervisor(events, nanos::get)) {
            supervisor.look(child);
            nanos.addAndGet(Supervisor.LONGEST_PAUSE.toNanos());
            supervisor.look(child);
        }

        // Then
        assertThat(child.restarts()).isEqualTo(1);
        assertThat(events.seen).containsExactly("died 3", "restarted");
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

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            seen.add("died " + exitStatus);
        }

        @Override
        public void restarted(ChildProcess process) {
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
