// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How long ago each instance sent a heartbeat. Ages are counted from the arrival by the monotonic clock, so they do not depend on wall
 * clocks. Only a heartbeat that was in the topic before the start is dated by the time that it states, because its arrival says nothing.
 */
final class Heartbeats {

    private final LongSupplier nanoTime;
    private final Supplier<Instant> wallClock;
    private final Map<String, Long> heard = new ConcurrentHashMap<>();

    Heartbeats(LongSupplier nanoTime, Supplier<Instant> wallClock) {
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
    }

    /**
     * A heartbeat arrived.
     *
     * @param sent the time that the heartbeat states
     * @param old whether it was in the topic before this process read it
     */
    void heard(String instance, Instant sent, boolean old) {
        Duration age = old ? Duration.between(sent, wallClock.get()) : Duration.ZERO;
        heard.put(instance, nanoTime.getAsLong() - nanos(age));
    }

    /** Whether the last heartbeat of an instance arrived less than this time ago. */
    boolean within(String instance, Duration age) {
        Long at = heard.get(instance);
        return at != null && nanoTime.getAsLong() - at < age.toNanos();
    }

    /** Whether the last heartbeat of one instance arrived before that of another. */
    boolean before(String instance, String other) {
        return heard.getOrDefault(instance, Long.MIN_VALUE / 2) - heard.getOrDefault(other, Long.MIN_VALUE / 2) < 0;
    }

    /** At least 0 and at most a year, so that a clock that is far off does not overflow. */
    private static long nanos(Duration age) {
        Duration year = Duration.ofDays(365);
        return age.isNegative() ? 0 : age.compareTo(year) > 0 ? year.toNanos() : age.toNanos();
    }
}
