// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The cluster that runs in a home, seen from another process: found by the home's lock and state file, stopped through its launcher. */
public final class RunningCluster {

    private static final long STOP_TIMEOUT_SECONDS = 60;

    private RunningCluster() {}

    /** What {@link #stop} found. */
    public sealed interface StopResult {}

    /** A cluster ran and has been stopped. */
    public record Stopped() implements StopResult {}

    /**
     * The launcher had died before.
     *
     * @param left names of its processes that still ran and have been stopped
     */
    public record CleanedUp(List<String> left) implements StopResult {

        public CleanedUp {
            left = List.copyOf(left);
        }
    }

    /** No cluster ran. */
    public record NothingRan() implements StopResult {}

    /**
     * The state of the running cluster.
     *
     * @throws ClusterException when none runs, or it has not written its state
     */
    public static ClusterState require(Home home) {
        if (!home.isLocked()) {
            throw new ClusterException("no cluster runs in " + home.directory() + ": start one with 'wildstream up'"
                    + DetachedLauncher.lastError(home)
                            .map(error -> "; the last one ended by itself: " + error)
                            .orElse(""));
        }
        return ClusterState.read(home.stateFile())
                .orElseThrow(() -> new ClusterException("the cluster in " + home.directory()
                        + " is starting, training a teacher, or has stopped and is writing its report"
                        + home.holder()
                                .map(found -> " (process " + found.pid() + ")")
                                .orElse("")
                        + ": 'wildstream down' stops it"));
    }

    /**
     * Stops the cluster in order, or what a launcher that was killed left behind. A launcher that does not end within a minute is killed.
     *
     * @throws ClusterException when the home is in use by a program that did not write down its process id
     */
    public static StopResult stop(Home home) throws InterruptedException {
        Optional<ClusterState> state = ClusterState.read(home.stateFile());
        if (home.isLocked()) {
            stopLauncher(home, state);
            StaleState.clean(home);
            return new Stopped();
        }
        return state.isPresent() ? new CleanedUp(StaleState.clean(home)) : new NothingRan();
    }

    private static void stopLauncher(Home home, Optional<ClusterState> state) throws InterruptedException {
        ProcessHandle launcher = state.flatMap(found -> found.launcher().find())
                .or(home::holder)
                .orElseThrow(() -> new ClusterException("an unknown program uses " + home.directory()
                        + ": it is training a teacher or starting; stop it with Ctrl-C where it runs"));
        launcher.destroy();
        long begun = System.nanoTime();
        while (launcher.isAlive()) {
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(STOP_TIMEOUT_SECONDS)) {
                launcher.destroyForcibly();
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
