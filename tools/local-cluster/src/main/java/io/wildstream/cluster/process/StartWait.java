// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until processes are ready, one time-out for all of them, and says meanwhile how far their start is. For one thread. */
public final class StartWait {

    private static final Logger LOGGER = LoggerFactory.getLogger(StartWait.class);

    private final StartProgress progress = new StartProgress();
    private final Supervisor supervisor;
    private final Duration timeout;
    private final Consumer<StartProgress> shown;
    private final long deadline;

    /**
     * A wait that begins now.
     *
     * @param supervisor of the processes
     * @param timeout after which the start is given up
     * @param shown is called again and again with how far the start is
     */
    public StartWait(Supervisor supervisor, Duration timeout, Consumer<StartProgress> shown) {
        this.supervisor = supervisor;
        this.timeout = timeout;
        this.shown = shown;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Returns when all of these are ready.
     *
     * @param pause between two looks; may end the wait by an exception
     * @throws io.wildstream.cluster.ClusterException when one was given up or taken over, or the time is over
     */
    public void await(List<ChildProcess> started, Runnable pause) {
        started.forEach(process -> progress.starting(process.name()));
        List<ChildProcess> waiting = new ArrayList<>(started);
        while (!waiting.isEmpty()) {
            if (waiting.removeIf(ChildProcess::isReady)) {
                started.stream().filter(Predicate.not(waiting::contains)).forEach(this::ready);
            }
            shown.accept(progress);
            if (!waiting.isEmpty()) {
                requireStarting(waiting);
                pause.run();
            }
        }
    }

    private void ready(ChildProcess process) {
        if (progress.ready(process.name())) {
            LOGGER.info("process ready name={}", process.name());
        }
    }

    private void requireStarting(List<ChildProcess> waiting) {
        ChildProcess lost = supervisor.lost();
        if (lost != null) {
            throw lost.failure("died repeatedly while it started");
        }
        waiting.forEach(ChildProcess::requireNotTakenOver);
        if (System.nanoTime() > deadline) {
            throw waiting.get(0)
                    .failure("was not ready within " + timeout.toSeconds() + " s (--start-timeout allows more)");
        }
    }
}
