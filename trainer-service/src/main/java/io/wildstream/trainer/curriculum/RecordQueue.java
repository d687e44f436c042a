// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.trainer.reference.FetchOutcome;
import io.wildstream.trainer.reference.ObjectFetch;
import io.wildstream.trainer.reference.ObjectFetcher;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records in, events out in their order. What a record refers to is fetched while the records before it are awaited. Belongs to one thread
 * but for {@link #problem}.
 */
final class RecordQueue {

    /** An event, or what it waits for. */
    private record Entry(CurriculumEvent event, @Nullable ObjectFetch fetch) {}

    private final RecordParser parser;
    private final @Nullable ObjectFetcher objects;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private volatile @Nullable ObjectFetch awaited;

    /** @param objects null when records may not refer to anything */
    RecordQueue(RecordParser parser, @Nullable ObjectFetcher objects) {
        this.parser = parser;
        this.objects = objects;
    }

    /**
     * Adds a record.
     *
     * @throws IllegalArgumentException when it refers to bytes, and they cannot be fetched here
     */
    void add(ConsumerRecord<byte[], byte[]> record) {
        CurriculumEvent event = parser.parse(record);
        if (!(event instanceof CurriculumEvent.Referenced referenced)) {
            entries.add(new Entry(event, null));
            return;
        }
        if (objects == null) {
            throw new IllegalArgumentException(record.topic() + " holds references in place of images, at offset "
                    + record.offset() + ": choose a curriculum whose teacher keeps the bytes");
        }
        entries.add(new Entry(event, objects.begin(referenced.reference())));
    }

    /** Whether the next event is to be taken before another record is added: it need not be waited for, or enough wait behind it. */
    boolean isDue() {
        Entry next = entries.peek();
        return next != null
                && (next.fetch() == null
                        || next.fetch().isDone()
                        || objects == null
                        || entries.size() >= objects.ahead());
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Offset of the record whose event comes next; there must be one. */
    long nextOffset() {
        return entries.element().event().offset();
    }

    /** The next event; waits for its object for a while, and gives null when it has not come. There must be one. */
    @Nullable CurriculumEvent poll(Duration timeout) throws InterruptedException {
        Entry next = entries.element();
        if (next.fetch() == null || !(next.event() instanceof CurriculumEvent.Referenced referenced)) {
            entries.remove();
            return next.event();
        }
        awaited = next.fetch();
        FetchOutcome outcome = next.fetch().await(timeout);
        if (outcome == null) {
            return null;
        }
        awaited = null;
        entries.remove();
        return parser.complete(referenced, outcome);
    }

    /** Why the next event does not come; empty when nothing is wrong. Any thread may ask. */
    String problem() {
        ObjectFetch now = awaited;
        return now == null ? "" : now.problem();
    }
}
