// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Records of {@code samples} between the oldest that is there and those that were read last, by partition. Thread safe. */
final class Horizons {

    private final Map<Integer, Long> records = new ConcurrentHashMap<>();

    void set(int partition, long distance) {
        records.put(partition, Math.max(0, distance));
    }

    /** These partitions are read no more. */
    void forget(Set<Integer> partitions) {
        records.keySet().removeAll(partitions);
    }

    /** Of the partition with the fewest; empty before anything was read. */
    OptionalLong least() {
        return records.values().stream().mapToLong(Long::longValue).min();
    }
}
