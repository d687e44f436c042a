package io.wildstream.local.cluster;

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

        /** A process was started again. */
        void restarted(ChildProcess process);

        /** A process died too often and stays down. */
        void givenUp(ChildProcess process, int exitStatus);

        /** Another process has taken the place of one, which stays down; said once. */
        void takenOver(ChildProcess process);
    }

    private final List<ChildProcess> processes = new CopyOnWriteArrayList<>();
    private final Map<ChildProcess, Deque<Long>> deaths = new HashMap<>();
    private final Map<ChildProcess, Long> restartAt = new HashMap<>();
    private final Map<ChildProcess, Long> notReadySince = new HashMap<>();
    private final Set<ChildProcess> replaced = new HashSet<>();
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
                processes.forEach(this::look);
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            LOGGER.debug("supervisor stopped");
        }
    }

    /** One look at one process; package-private for tests. */
    void look(ChildProcess process) {
        process.sampleCpu();
        Integer exit = process.exitStatus();
        if (exit == null) {
            awaitReadiness(process);
            if (liveness.isDead(process)) {
                LOGGER.warn("process killed, it works no more name={} pid={}", process.name(), process.pid());
                process.kill();
            }
            return;
        }
        if (process.isStopping() || process.equals(lost) || replaced.contains(process)) {
            return;
        }
        Long at = restartAt.get(process);
        if (at == null) {
            bury(process, exit);
            return;
        }
        if (nanos.getAsLong() >= at) {
            restartAt.remove(process);
            process.start();
            notReadySince.put(process, nanos.getAsLong());
            listener.restarted(process);
        }
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
            replaced.add(process);
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
            lost = process;
            LOGGER.error("process given up name={} exit={} deaths={}", process.name(), exit, recent.size());
            listener.givenUp(process, exit);
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
