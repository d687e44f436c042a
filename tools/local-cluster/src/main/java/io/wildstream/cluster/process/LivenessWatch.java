// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells whether a process that runs has stopped working: its liveness check was good once, and then failed for a whole {@link #TIMEOUT},
 * more than once, so that a watch that was held up itself blames nobody. A process that is still starting, stopping or paused is not
 * blamed.
 */
final class LivenessWatch {

    /** Time between two checks. */
    static final Duration INTERVAL = Duration.ofSeconds(10);
    /** Time without a good answer after which a process counts as dead. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final LongSupplier nanos;
    /** The incarnation that the fields below are about. */
    private long pid = -1;

    private long nextNanos;
    private long liveNanos;
    private boolean everLive;
    private int badAnswers;

    LivenessWatch(ChildProcess process, LongSupplier nanos) {
        this.process = process;
        this.nanos = nanos;
    }

    /** Asks the process when its time has come; returns whether it counts as dead. */
    boolean isDead() {
        long now = nanos.getAsLong();
        boolean known = pid == process.pid();
        if (!known || process.isPaused() || process.isStopping()) {
            pid = process.pid();
            everLive = known && everLive;
            reset(now);
            return false;
        }
        if (now < nextNanos) {
            return false;
        }
        if (process.isLive()) {
            everLive = true;
            reset(now);
            return false;
        }
        nextNanos = now + INTERVAL.toNanos();
        badAnswers++;
        return everLive && badAnswers > 1 && now - liveNanos > TIMEOUT.toNanos();
    }

    private void reset(long now) {
        nextNanos = now + INTERVAL.toNanos();
        liveNanos = now;
        badAnswers = 0;
    }
}
