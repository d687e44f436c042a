// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells when each sample that is sent is due. After a stall, of the gateway or of this process, a second's worth is due at once and the
 * rest at the pace again: what was missed is not caught up, which would exceed the limit for as long.
 */
final class Pace {

    /** A wait that is shorter would cost more than it brings: the next sample waits for both. */
    static final long LEAST_NANOS = 2_000_000;

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double perSecond;
    private final LongSupplier nanos;
    private final long begun;
    /** When the next sample is due, in nanoseconds from the beginning. */
    private double due;

    /** @param perSecond above 0; infinite for no waiting at all */
    Pace(double perSecond) {
        this(perSecond, System::nanoTime);
    }

    Pace(double perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** Waits until the next sample is due. */
    void await() throws InterruptedException {
        if (Double.isInfinite(perSecond)) {
            return;
        }
        long early = next();
        if (early > LEAST_NANOS) {
            TimeUnit.NANOSECONDS.sleep(early);
        }
    }

    /** Takes the turn of a sample, sent for the first time or again; nanoseconds until it is due, negative when it is late. */
    long next() {
        double now = nanos.getAsLong() - begun;
        due = Math.max(due, now - SECOND);
        long early = Math.round(due - now);
        due += SECOND / perSecond;
        return early;
    }
}
