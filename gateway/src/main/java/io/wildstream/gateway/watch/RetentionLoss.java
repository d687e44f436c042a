// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts records that retention removed before a group had read them: those between what the group has committed and the beginning of the
 * log. Each is counted once, however often its partition is read.
 */
final class RetentionLoss {

    private final Map<TopicPartition, Reading> readings = new HashMap<>();
    private final AtomicLong records = new AtomicLong();

    private record Reading(long committed, long lost) {}

    /** Takes the offsets of one partition; for one thread. */
    void update(TopicPartition partition, long committed, long begin) {
        long lost = Math.max(0, begin - committed);
        Reading before = readings.put(partition, new Reading(committed, lost));
        long counted = before != null && before.committed == committed ? before.lost : 0;
        records.addAndGet(Math.max(0, lost - counted));
    }

    /** Number of lost records so far; for any thread. */
    long records() {
        return records.get();
    }
}
