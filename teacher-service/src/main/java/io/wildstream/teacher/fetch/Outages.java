// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The stores that do not answer now, and since when. Thread safe. */
final class Outages {

    /** A store that has not been asked for so long is no longer waited for: longer than an attempt and a pause can be. */
    private static final Duration QUIET = Duration.ofMinutes(15);
    /** When it was last asked so long ago, it is waited for anew. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    /** A store without an answer. */
    private record Outage(long sinceNanos, long lastNanos, String cause) {

        boolean isOlder(Duration age, long now) {
            return now - lastNanos > age.toNanos();
        }
    }

    private final Map<String, Outage> outages = new ConcurrentHashMap<>();
    private final Duration patience;
    private final LongSupplier nanoTime;

    /** @param nanoTime a clock that is never set */
    Outages(Duration patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    void answered(String store) {
        outages.remove(store);
    }

    /** Takes down that a store did not answer; returns whether it has been waited for long enough. */
    boolean failed(String store, String cause) {
        long now = nanoTime.getAsLong();
        outages.values().removeIf(outage -> outage.isOlder(FORGOTTEN, now));
        Outage outage = outages.compute(
                store, (name, before) -> new Outage(before == null ? now : before.sinceNanos, now, cause));
        return now - outage.sinceNanos >= patience.toNanos();
    }

    /** The longest present outage. */
    Duration longest() {
        long now = nanoTime.getAsLong();
        return outages.values().stream()
                .filter(outage -> !outage.isOlder(QUIET, now))
                .map(outage -> Duration.ofNanos(now - outage.sinceNanos))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** In words; empty when there is none. */
    String problem() {
        long now = nanoTime.getAsLong();
        return outages.entrySet().stream()
                .filter(entry -> !entry.getValue().isOlder(QUIET, now))
                .sorted(Map.Entry.comparingByKey())
                .findFirst()
                .map(entry -> "waiting for " + entry.getKey() + ", which has not answered for "
                        + Duration.ofNanos(now - entry.getValue().sinceNanos).toSeconds()
                        + " s: " + entry.getValue().cause)
                .orElse("");
    }
}
