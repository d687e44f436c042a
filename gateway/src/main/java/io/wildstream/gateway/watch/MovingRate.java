// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

/**
 * Events per second as an exponentially weighted moving average over about ten seconds, from readings of a counter at uneven times. The
 * first two readings give the first rate; a counter that falls, as that of a topic made again, starts over.
 *
 * <p>Not thread-safe.
 */
final class MovingRate {

    private static final double TIME_CONSTANT_SECONDS = 10;

    private long lastCount = -1;
    private long lastNanos;
    private double rate;
    private boolean measured;

    /** Takes a reading; {@code nanos} is a {@link System#nanoTime}. Returns the rate, at least 0. */
    double update(long count, long nanos) {
        double seconds = (nanos - lastNanos) / 1e9;
        if (lastCount < 0 || count < lastCount || seconds <= 0) {
            rate = 0;
            measured = false;
        } else {
            double now = (count - lastCount) / seconds;
            double weight = measured ? 1 - Math.exp(-seconds / TIME_CONSTANT_SECONDS) : 1;
            rate += weight * (now - rate);
            measured = true;
        }
        lastCount = count;
        lastNanos = nanos;
        return rate;
    }
}
