// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Cause;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was refused before it was read, and logs the counts: one line at a time, however many are refused. */
@Singleton
public class Refused {

    /** Shortest time between two lines. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(Refused.class);

    private final Consumer<Cause> meter;
    private final LongSupplier nanoTime;
    private final Consumer<Map<Cause, Integer>> line;
    /** Since the last line. Guarded by "this", as is the next. */
    private final Map<Cause, Integer> counts = new EnumMap<>(Cause.class);

    private long nextLine;

    @Inject
    Refused(GatewayMetrics metrics) {
        this(metrics::turnedAway, System::nanoTime, counts -> LOGGER.warn("refused {}", counts));
    }

    /** One that tells the counts to somebody else. */
    Refused(Consumer<Cause> meter, LongSupplier nanoTime, Consumer<Map<Cause, Integer>> line) {
        this.meter = meter;
        this.nanoTime = nanoTime;
        this.line = line;
        this.nextLine = nanoTime.getAsLong();
    }

    /** Something was refused. */
    public void count(Cause cause) {
        meter.accept(cause);
        Map<Cause, Integer> due = due(cause);
        if (!due.isEmpty()) {
            line.accept(due);
        }
    }

    private synchronized Map<Cause, Integer> due(Cause cause) {
        counts.merge(cause, 1, Integer::sum);
        long now = nanoTime.getAsLong();
        if (now - nextLine < 0) {
            return Map.of();
        }
        nextLine = now + INTERVAL.toNanos();
        Map<Cause, Integer> due = new EnumMap<>(counts);
        counts.clear();
        return due;
    }
}
