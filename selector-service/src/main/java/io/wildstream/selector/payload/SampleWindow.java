// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import io.wildstream.service.fetch.BoundedUnpacking.Unpacked;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The records of one partition that were fetched last. It moves on with what is asked for, and jumps where that is far ahead or behind. */
final class SampleWindow {

    private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long next = -1;
    /** Offsets that the last fetch covered. */
    private long step;

    /** Forgets what is before an offset, and everything when the next fetch would not reach it. */
    void moveTo(long offset) {
        long first = records.isEmpty() ? next : records.getFirst().offset();
        if (next < 0 || offset < first || offset >= next + step) {
            records.clear();
            next = offset;
            step = 0;
        }
        while (!records.isEmpty() && records.getFirst().offset() < offset) {
            records.removeFirst();
        }
    }

    /** The offset to fetch from. */
    long next() {
        return next;
    }

    /** Takes what was fetched from {@link #next} on, without what is before the offset that is wanted. */
    void add(Unpacked unpacked, long wanted) {
        step = unpacked.next() - next;
        next = unpacked.next();
        for (ConsumerRecord<byte[], byte[]> record : unpacked.records()) {
            if (record.offset() >= wanted) {
                records.add(record);
            }
        }
    }

    /** The record with the offset that the window was moved to; null when there is none. */
    @Nullable ConsumerRecord<byte[], byte[]> at(long offset) {
        ConsumerRecord<byte[], byte[]> first = records.peekFirst();
        return first != null && first.offset() == offset ? first : null;
    }
}
