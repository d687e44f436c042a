// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.util.List;
import java.util.Map;

/**
 * Kafka's offsets at one moment.
 *
 * @param nanoTime when they were read, as {@link System#nanoTime}
 * @param topics count and rate of each topic that exists
 * @param lags records that a group has not read, by group
 * @param problems what is wrong with the topics, in words
 */
record Offsets(long nanoTime, Map<String, Count> topics, Map<String, Long> lags, List<String> problems) {

    /** Before the first reading. */
    static final Offsets NONE = new Offsets(0, Map.of(), Map.of(), List.of());

    /**
     * Records of a topic, all partitions together.
     *
     * @param records committed so far, those that retention has removed included
     * @param perSecond moving average
     */
    record Count(long records, double perSecond) {
        static final Count ZERO = new Count(0, 0);
    }

    /** Seconds since they were read; NaN when none were. */
    double ageSeconds(long now) {
        return equals(NONE) ? Double.NaN : (now - nanoTime) / 1e9;
    }

    /** A number that differs when records came or were read. */
    long sum() {
        long lag = lags.values().stream().mapToLong(Long::longValue).sum();
        return topics.values().stream().mapToLong(Count::records).sum() * 31 + lag * 17 + topics.size();
    }

    Count topic(String name) {
        return topics.getOrDefault(name, Count.ZERO);
    }

    long lag(String group) {
        return lags.getOrDefault(group, 0L);
    }
}
