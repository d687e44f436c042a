// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts records that retention removed before a group had read them: those between what the group has committed and the beginning of the
 * log. Each is counted once, however often it is looked at.
 */
final class RetentionLoss {

    private final Map<TopicPartition, Look> looks = new HashMap<>();
    private final AtomicLong records = new AtomicLong();

    private record Look(long committed, long lost) {}

    /** Looks at one partition; by one thread. */
    void look(TopicPartition partition, long committed, long begin) {
        long lost = Math.max(0, begin - committed);
        Look before = looks.put(partition, new Look(committed, lost));
        long counted = before != null && before.committed == committed ? before.lost : 0;
        records.addAndGet(Math.max(0, lost - counted));
    }

    /** Records that were lost as far as was seen; from any thread. */
    long records() {
        return records.get();
    }
}
