// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import io.wildstream.cluster.process.ProcessState.Alive;
import io.wildstream.cluster.process.ProcessState.GivenUp;
import io.wildstream.cluster.process.ProcessState.Restarted;
import io.wildstream.cluster.process.ProcessState.Running;
import io.wildstream.cluster.process.ProcessState.Starting;
import io.wildstream.cluster.process.ProcessState.WaitingToRestart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process and what its supervisor knows of it: its {@link ProcessState} and its recent deaths. Each check moves it by at most a few
 * transitions. The supervisor's thread owns it; others may read the state.
 */
final class SupervisedProcess {

    private static final Logger LOGGER = LoggerFactory.getLogger(SupervisedProcess.class);

    private final ChildProcess process;
    private final Supervisor.Listener listener;
    private final Duration readyWithin;
    private final LongSupplier nanos;
    private final LivenessWatch liveness;
    private final Deque<Long> deaths = new ArrayDeque<>();
    private volatile ProcessState state = new Running();
    private @Nullable Long checkAgainAt;

    SupervisedProcess(ChildProcess process, Supervisor.Listener listener, Duration readyWithin, LongSupplier nanos) {
        this.process = process;
        this.listener = listener;
        this.readyWithin = readyWithin;
        this.nanos = nanos;
        this.liveness = new LivenessWatch(process, nanos);
    }

    ChildProcess process() {
        return process;
    }

    ProcessState state() {
        return state;
    }

    /**
     * A check that never fails: what failed is done again after a pause. Errors are caught too, as a machine that is short of memory
     * refuses a thread with one, and may grant it later.
     */
    void checkSafely() {
        if (checkAgainAt != null && nanos.getAsLong() < checkAgainAt) {
            return;
        }
        checkAgainAt = null;
        try {
            check();
        } catch (RuntimeException | Error e) {
            checkAgainAt = nanos.getAsLong() + Supervisor.LONGEST_PAUSE.toNanos();
            LOGGER.error(
                    "check of a process failed name={} againMillis={}",
                    process.name(),
                    Supervisor.LONGEST_PAUSE.toMillis(),
                    e);
        }
    }

    /** Looks at the process once and does what its state asks for. */
    void check() {
        process.sampleCpu();
        Integer exit = process.exitStatus();
        if (state instanceof Alive alive) {
            if (exit == null) {
                checkAlive();
            } else {
                handleExit(alive, exit);
            }
        } else if (exit != null && state instanceof WaitingToRestart waiting) {
            checkWaiting(waiting);
        }
    }

    private void checkAlive() {
        if (state instanceof Restarted restarted) {
            announce(restarted);
        }
        if (state instanceof Starting starting) {
            checkReadiness(starting);
        }
        boolean dead = liveness.isDead();
        if (dead && state instanceof Running running) {
            kill(running.notLive(), "it does not answer any more");
        } else if (dead && state instanceof Starting starting) {
            kill(starting.notReady(), "it does not answer any more");
        }
    }

    private void announce(Restarted restarted) {
        listener.restarted(process);
        state = restarted.announced();
    }

    private void checkReadiness(Starting starting) {
        if (process.isPaused()) {
            return;
        }
        if (process.isReady()) {
            state = starting.ready();
        } else if (nanos.getAsLong() - starting.sinceNanos() > readyWithin.toNanos() && !process.isStopping()) {
            kill(starting.notReady(), "it did not become ready");
        }
    }

    private void kill(ProcessState.Killed next, String reason) {
        LOGGER.warn("process killed name={} pid={} reason={}", process.name(), process.pid(), reason);
        state = next;
        process.kill();
    }

    private void handleExit(Alive alive, int exit) {
        if (process.isStopping()) {
            state = alive.stopped();
            return;
        }
        if (process.isTakenOver()) {
            state = alive.takenOver(exit);
            LOGGER.error("process taken over by another, not started again name={} exit={}", process.name(), exit);
            listener.takenOver(process);
            return;
        }
        long now = nanos.getAsLong();
        if (process.isDeathPlanned()) {
            state = alive.exited(exit, now + Supervisor.FIRST_PAUSE.toNanos());
            LOGGER.info("process ended as planned name={} exit={}", process.name(), exit);
            return;
        }
        int recent = countDeath(now);
        if (recent >= Supervisor.MAX_DEATHS) {
            giveUp(alive.diedTooOften(exit, recent, Supervisor.WINDOW));
            return;
        }
        Duration pause = Supervisor.pause(recent);
        state = alive.exited(exit, now + pause.toNanos());
        LOGGER.warn("process died name={} exit={} pauseMillis={}", process.name(), exit, pause.toMillis());
        listener.died(process, exit, pause);
    }

    private int countDeath(long now) {
        deaths.add(now);
        while (now - deaths.element() > Supervisor.WINDOW.toNanos()) {
            deaths.remove();
        }
        return deaths.size();
    }

    private void checkWaiting(WaitingToRestart waiting) {
        if (process.isStopping()) {
            state = waiting.stopped();
        } else if (nanos.getAsLong() >= waiting.restartAtNanos()) {
            restart(waiting);
        }
    }

    private void restart(WaitingToRestart waiting) {
        try {
            process.start();
        } catch (RuntimeException | Error e) {
            long now = nanos.getAsLong();
            WaitingToRestart failing = waiting.notStarted(now);
            state = failing;
            Long since = failing.failingSinceNanos();
            if (since != null && now - since > Supervisor.WINDOW.toNanos()) {
                giveUp(failing.cannotStart(Supervisor.WINDOW));
            }
            throw e;
        }
        Restarted restarted = waiting.started(nanos.getAsLong());
        state = restarted;
        announce(restarted);
    }

    private void giveUp(GivenUp next) {
        state = next;
        LOGGER.error("process given up name={} exit={} reason={}", process.name(), next.exitStatus(), next.reason());
        listener.givenUp(process, next.exitStatus());
    }
}
