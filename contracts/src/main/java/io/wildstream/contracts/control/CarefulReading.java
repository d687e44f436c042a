// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a consumer around the records that {@link ReadingMark} says to skip, and marks the others before they are read. Belongs to the
 * consumer's thread.
 */
final class CarefulReading {

    private static final Logger LOGGER = LoggerFactory.getLogger(CarefulReading.class);
    private static final long TIMEOUT_SECONDS = 30;
    /** Topics are read carefully in turns: the record of one that ends the process must not count against what another one reads. */
    private static final ReentrantLock TURN = new ReentrantLock(true);

    private final ReadingMark mark;
    private final Consumer<?, ?> consumer;
    private final TopicPartition partition;
    private final LeftOut leftOut;
    private final String topicId;
    /** End of the log when reading began; records before it are there. */
    private final long end;

    /** For a consumer that stands at the beginning of its topic. */
    CarefulReading(
            ReadingMark mark,
            Consumer<?, ?> consumer,
            TopicPartition partition,
            Map<String, ?> client,
            LeftOut leftOut) {
        this.mark = mark;
        this.consumer = consumer;
        this.partition = partition;
        this.leftOut = leftOut;
        this.end = mark.isCareful() ? endOffset() : 0;
        this.topicId = mark.isCareful() ? topicId(client, partition.topic()) : "";
        mark.skips(topicId).forEach(skip -> leftOut.skip(skip.from(), skip.to()));
    }

    /** Called before each poll; waits for its turn where the record that comes next is marked. */
    void beforePoll() {
        long position = consumer.position(partition);
        if (position >= end) {
            mark.reading(position);
            return;
        }
        takeTurn();
        if (skips(position)) {
            LOGGER.error(
                    "record skipped topic={} offset={}: this process has ended {} times while it read only that",
                    partition.topic(),
                    position,
                    ReadingMark.ENDS);
            mark.skips(topicId).stream()
                    .filter(skip -> skip.from() == position)
                    .forEach(skip -> leftOut.skip(skip.from(), skip.to()));
        }
        long next = Math.min(end, mark.after(topicId, position));
        if (next != position) {
            consumer.seek(partition, next);
        }
        if (next < end) {
            mark.readingOne(next);
        } else {
            mark.reading(next);
        }
    }

    /** What the poll has returned, if anything, was taken: whatever ends the process from here on is not its fault. */
    void afterPoll() {
        mark.reading(consumer.position(partition));
    }

    /** Ends the turn of this thread, where it has one. */
    static void endTurn() {
        if (TURN.isHeldByCurrentThread()) {
            TURN.unlock();
        }
    }

    private static void takeTurn() {
        try {
            TURN.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private boolean skips(long position) {
        try {
            return mark.skipIfDeadly(topicId, position, end);
        } catch (IOException e) {
            LOGGER.warn(
                    "a record that ends this process cannot be skipped topic={} offset={} cause={}",
                    partition.topic(),
                    position,
                    e.toString());
            return false;
        }
    }

    private long endOffset() {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    /** A topic that was deleted and made again has another id: what is skipped is not in it. */
    private static String topicId(Map<String, ?> client, String topic) {
        try (Admin admin = Admin.create(new java.util.TreeMap<>(client))) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                            .topicNameValues()
                            .get(topic))
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .topicId()
                    .toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("topic " + topic + " is not described: " + e.getMessage(), e);
        }
    }
}
