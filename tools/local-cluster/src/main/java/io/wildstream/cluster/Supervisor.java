// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a process again when it dies, as Kubernetes does: after a pause that doubles with each death, and not for ever. One that was
 * started again and does not become ready, or that works no more, is killed, which counts as a death; one that was told to die by
 * {@link ChildProcess#send} is started again without being counted. One that another process has replaced is not started again: the two
 * would take the place from each other for ever. One that stands still is left alone. It reads the processor times on the way.
 *
 * <p>A failure on the way, of the operating system, of the disk or of the listener, ends none of that: what failed is done again after a
 * pause. A process that cannot be started for a whole {@link #WINDOW} is given up.
 */
public final class Supervisor implements AutoCloseable {

    /** Deaths within {@link #WINDOW} after which a process is given up. */
    static final int MAX_DEATHS = 5;

    static final Duration WINDOW = Duration.ofMinutes(2);
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    /** As long as the first start may take: on a machine that is short of cores a start takes a minute. */
    static final Duration READY_WITHIN = Duration.ofMinutes(3);

    private static final Logger LOGGER = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    /** Hears what happens to processes, on the supervisor's thread. */
    public interface Listener {
        /** A process died and will be started again after a pause. */
        void died(ChildProcess process, int exitStatus, Duration pause);

        /** A process was started again; said again after a pause when this throws. */
        void restarted(ChildProcess process);

        /** A process died too often, or cannot be started, and stays down. */
        void givenUp(ChildProcess process, int exitStatus);

        /** Another process has taken the place of one, which stays down; said once. */
        void takenOver(ChildProcess process);
    }

    private final List<ChildProcess> processes = new CopyOnWriteArrayList<>();
    private final Map<ChildProcess, Deque<Long>> deaths = new HashMap<>();
    private final Map<ChildProcess, Long> restartAt = new HashMap<>();
    private final Map<ChildProcess, Long> notReadySince = new HashMap<>();
    private final Map<ChildProcess, Long> notStartedSince = new HashMap<>();
    private final Map<ChildProcess, Long> lookAgainAt = new HashMap<>();
    /** Started again, which the listener has not heard. */
    private final Set<ChildProcess> untold = new HashSet<>();
    /** Given up, or replaced by another process. */
    private final Set<ChildProcess> staysDown = new HashSet<>();

    private final Listener listener;
    private final LongSupplier nanos;
    private final LivenessWatch liveness;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable ChildProcess lost;

    /** Watches nothing yet. */
    public Supervisor(Listener listener) {
        this(listener, System::nanoTime);
    }

    Supervisor(Listener listener, LongSupplier nanos) {
        this.listener = listener;
        this.nanos = nanos;
        this.liveness = new LivenessWatch(nanos);
        this.thread = new Thread(this::run, "supervisor");
        this.thread.setDaemon(true);
    }

    /** Begins to look after all watched processes. */
    public void start() {
        thread.start();
    }

    /** Looks after one process more. */
    public void watch(ChildProcess process) {
        processes.add(process);
    }

    /** Looks after it no more. */
    void forget(ChildProcess process) {
        processes.remove(process);
    }

    /** A process that was given up, or null while all is well. */
    public @Nullable ChildProcess lost() {
        return lost;
    }

    /** Stops watching; the processes stay as they are. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closing) {
                processes.forEach(this::lookAndGoOn);
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            LOGGER.debug("supervisor stopped");
        }
    }

    /**
     * One look at one process that never fails. Errors are caught too: a machine that is short of memory refuses a thread by one, and what
     * it refuses now it may grant later.
     */
    void lookAndGoOn(ChildProcess process) {
        Long at = lookAgainAt.get(process);
        if (at != null && nanos.getAsLong() < at) {
            return;
        }
        try {
            lookAgainAt.remove(process);
            look(process);
        } catch (RuntimeException | Error e) {
            lookAgainAt.put(process, nanos.getAsLong() + LONGEST_PAUSE.toNanos());
            LOGGER.error(
                    "look at a process failed name={} againMillis={}", process.name(), LONGEST_PAUSE.toMillis(), e);
        }
    }

    /** One look at one process; package-private for tests. */
    void look(ChildProcess process) {
        process.sampleCpu();
        Integer exit = process.exitStatus();
        if (exit == null) {
            tell(process);
            awaitReadiness(process);
            if (liveness.isDead(process)) {
                LOGGER.warn("process killed, it works no more name={} pid={}", process.name(), process.pid());
                process.kill();
            }
            return;
        }
        if (process.isStopping() || staysDown.contains(process)) {
            return;
        }
        Long at = restartAt.get(process);
        if (at == null) {
            bury(process, exit);
            return;
        }
        if (nanos.getAsLong() >= at) {
            restart(process, exit);
        }
    }

    private void restart(ChildProcess process, int exit) {
        try {
            process.start();
        } catch (RuntimeException | Error e) {
            long since = notStartedSince.computeIfAbsent(process, unused -> nanos.getAsLong());
            if (nanos.getAsLong() - since > WINDOW.toNanos()) {
                giveUp(process, exit);
            }
            throw e;
        }
        restartAt.remove(process);
        notStartedSince.remove(process);
        notReadySince.put(process, nanos.getAsLong());
        untold.add(process);
        tell(process);
    }

    private void tell(ChildProcess process) {
        if (untold.contains(process)) {
            listener.restarted(process);
            untold.remove(process);
        }
    }

    private void giveUp(ChildProcess process, int exit) {
        staysDown.add(process);
        lost = process;
        listener.givenUp(process, exit);
    }

    private void awaitReadiness(ChildProcess process) {
        Long since = notReadySince.get(process);
        if (since == null || process.isPaused()) {
            return;
        }
        if (process.isReady()) {
            notReadySince.remove(process);
        } else if (nanos.getAsLong() - since > READY_WITHIN.toNanos() && !process.isStopping()) {
            LOGGER.warn("process killed, it did not become ready name={} pid={}", process.name(), process.pid());
            notReadySince.remove(process);
            process.kill();
        }
    }

    private void bury(ChildProcess process, int exit) {
        if (process.isTakenOver()) {
            staysDown.add(process);
            LOGGER.error("process taken over by another, not started again name={} exit={}", process.name(), exit);
            listener.takenOver(process);
            return;
        }
        long now = nanos.getAsLong();
        if (process.isDeathPlanned()) {
            restartAt.put(process, now + FIRST_PAUSE.toNanos());
            LOGGER.info("process ended as planned name={} exit={}", process.name(), exit);
            return;
        }
        Deque<Long> recent = deaths.computeIfAbsent(process, unused -> new ArrayDeque<>());
        recent.add(now);
        while (now - recent.element() > WINDOW.toNanos()) {
            recent.remove();
        }
        if (recent.size() >= MAX_DEATHS) {
            LOGGER.error("process given up name={} exit={} deaths={}", process.name(), exit, recent.size());
            giveUp(process, exit);
            return;
        }
        Duration pause = pause(recent.size());
        restartAt.put(process, now + pause.toNanos());
        LOGGER.warn("process died name={} exit={} pauseMillis={}", process.name(), exit, pause.toMillis());
        listener.died(process, exit, pause);
    }

    static Duration pause(int deaths) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(deaths - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
