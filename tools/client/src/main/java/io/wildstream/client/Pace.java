// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import java.util.concurrent.TimeUnit;

/** Tells when each sample of a stream is due, counted from the start; one that is late is due at once. */
final class Pace {

    /** A wait that is shorter would cost more than it brings: the next sample waits for both. */
    static final long LEAST_NANOS = 2_000_000;

    private final double perSecond;
    private final long begunNanos = System.nanoTime();

    /** @param perSecond above 0; infinite for no waiting at all */
    Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** Waits until a sample is due that so many came before. */
    void await(long before) throws InterruptedException {
        if (Double.isInfinite(perSecond)) {
            return;
        }
        long early = begunNanos + (long) (before / perSecond * 1e9) - System.nanoTime();
        if (early > LEAST_NANOS) {
            TimeUnit.NANOSECONDS.sleep(early);
        }
    }
}
