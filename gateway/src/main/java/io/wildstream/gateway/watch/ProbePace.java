// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.time.Duration;

/**
 * When offsets are read: at each turn while something changes, and every five seconds once nothing has for ten. What this gateway stores
 * ends the rest. Used by one thread.
 */
final class ProbePace {

    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long REST_NANOS = Duration.ofSeconds(5).toNanos();

    private boolean begun;
    private long changed;
    private long read;
    private long stored;
    private long seen;

    /**
     * Whether to read now.
     *
     * @param now nanoseconds of a clock that is never set
     * @param storedNow samples that this gateway has stored
     */
    boolean isDue(long now, long storedNow) {
        return !begun || storedNow != stored || now - changed < QUIET_NANOS || now - read >= REST_NANOS;
    }

    /**
     * Offsets were read.
     *
     * @param seenNow a number that differs when they do
     */
    void read(long now, long storedNow, long seenNow) {
        if (!begun || seenNow != seen || storedNow != stored) {
            changed = now;
        }
        begun = true;
        read = now;
        stored = storedNow;
        seen = seenNow;
    }
}
