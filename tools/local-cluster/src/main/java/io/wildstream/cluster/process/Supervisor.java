// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts a process when it dies, as Kubernetes does: after a pause that doubles with each death, and not for ever. A process that was
 * restarted and does not become ready, or that does not answer any more, is killed, which counts as a death; one that was ended on purpose
 * by {@link ChildProcess#send} is restarted without being counted. One that another process has replaced is not restarted: the two would
 * take the place from each other for ever. One that is paused is left alone. Processor times are read on the way.
 *
 * <p>A failure of the operating system, of the disk or of the listener ends none of that: what failed is done again after a pause. A
 * process that cannot be started for a whole {@link #WINDOW} is given up. {@link ProcessState} shows the states of a process.
 */
public final class Supervisor implements AutoCloseable {

    /** Deaths within {@link #WINDOW} after which a process is given up: a teacher can need five to find a record that ends it. */
    static final int MAX_DEATHS = 6;

    static final Duration WINDOW = Duration.ofMinutes(2);
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private static final Logger LOGGER = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    /** Is called about processes, on the supervisor's thread. */
    public interface Listener {
        /** A process died and will be restarted after a pause. */
        void died(ChildProcess process, int exitStatus, Duration pause);

        /** A process was restarted; called again after a pause when this throws. */
        void restarted(ChildProcess process);

        /** A process died too often, or cannot be started, and stays down. */
        void givenUp(ChildProcess process, int exitStatus);

        /** Another process has taken the place of one, which stays down; called once. */
        void takenOver(ChildProcess process);
    }

    private final List<SupervisedProcess> processes = new CopyOnWriteArrayList<>();
    private final Listener listener;
    private final Duration readyWithin;
    private final LongSupplier nanos;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable ChildProcess lost;

    /**
     * Watches nothing yet.
     *
     * @param readyWithin time in which a process that was started again must become ready
     */
    public Supervisor(Listener listener, Duration readyWithin) {
        this(listener, readyWithin, System::nanoTime);
    }

    Supervisor(Listener listener, Duration readyWithin, LongSupplier nanos) {
        this.listener = listener;
        this.readyWithin = readyWithin;
        this.nanos = nanos;
        this.thread = new Thread(this::run, "supervisor");
        this.thread.setDaemon(true);
    }

    /** Begins to look after all watched processes. */
    public void start() {
        thread.start();
    }

    /** Looks after one process more, which runs. */
    public void watch(ChildProcess process) {
        supervise(process);
    }

    /** As {@link #watch}, for tests that check it themselves. */
    SupervisedProcess supervise(ChildProcess process) {
        SupervisedProcess supervised = new SupervisedProcess(process, new LossKeeper(), readyWithin, nanos);
        processes.add(supervised);
        return supervised;
    }

    /** Stops looking after a process. */
    public void forget(ChildProcess process) {
        processes.removeIf(supervised -> supervised.process().equals(process));
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
                processes.forEach(SupervisedProcess::checkSafely);
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            LOGGER.debug("supervisor stopped");
        }
    }

    static Duration pause(int deaths) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(deaths - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Remembers a process that was given up, before the listener is called. */
    private final class LossKeeper implements Listener {

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            listener.died(process, exitStatus, pause);
        }

        @Override
        public void restarted(ChildProcess process) {
            listener.restarted(process);
        }

        @Override
        public void givenUp(ChildProcess process, int exitStatus) {
            lost = process;
            listener.givenUp(process, exitStatus);
        }

        @Override
        public void takenOver(ChildProcess process) {
            listener.takenOver(process);
        }
    }
}
