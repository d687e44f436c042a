// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.cluster.Home;
import io.wildstream.cluster.TinyChild;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor whose process cannot be started again, since its log cannot be written. */
class UnstartableProcessTest {

    private static final Duration SOON = Waits.PATIENT;
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final RecordedEvents events = new RecordedEvents();

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
}
