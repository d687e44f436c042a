// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Finds processes that run and work no more: their liveness check was good once, and then failed for a whole {@link #PATIENCE}, more than
 * once, so that a watch that was held up itself blames nobody. A process
 * that is still starting, that is stopping or that was told to stand still is none of them.
 */
final class LivenessWatch {

    /** Time between two questions to a process. */
    static final Duration INTERVAL = Duration.ofSeconds(10);
    /** Time without a good answer after which a process is taken for dead. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LongSupplier nanos;
    private final Map<ChildProcess, Look> looks = new HashMap<>();

    /** What is known of an incarnation: when it is asked again, and since when it may be dead. */
    private record Look(long pid, long nextNanos, long liveNanos, boolean everLive, int badAnswers) {}

    LivenessWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Asks a process when its time has come; returns whether it must be taken for dead. */
    boolean isDead(ChildProcess process) {
        long now = nanos.getAsLong();
        Look last = looks.get(process);
        boolean excused = process.isPaused() || process.isStopping();
        if (last == null || last.pid() != process.pid() || excused) {
            boolean known = last != null && last.pid() == process.pid() && last.everLive();
            looks.put(process, new Look(process.pid(), now + INTERVAL.toNanos(), now, known, 0));
            return false;
        }
        if (now < last.nextNanos()) {
            return false;
        }
        long next = now + INTERVAL.toNanos();
        if (process.isLive()) {
            looks.put(process, new Look(last.pid(), next, now, true, 0));
            return false;
        }
        int badAnswers = last.badAnswers() + 1;
        looks.put(process, new Look(last.pid(), next, last.liveNanos(), last.everLive(), badAnswers));
        return last.everLive() && badAnswers > 1 && now - last.liveNanos() > PATIENCE.toNanos();
    }
}
