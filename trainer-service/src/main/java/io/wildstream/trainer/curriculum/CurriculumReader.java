// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.trainer.reference.ObjectFetcher;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a curriculum on a thread of its own, decodes its records there and hands them over in order through a bounded queue. A full
 * queue stops the reading: the trainer's pace is the consumer's.
 */
public final class CurriculumReader implements AutoCloseable {

    /** Hears how the reading goes. */
    public interface Listener {

        /** A consumer begins to read; what comes back is run when it reads no more. */
        Runnable reading(Consumer<?, ?> consumer);

        /** Reading waited for room in the queue, also reported while it still waits. */
        void blocked(long nanos);
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CurriculumReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** How often a reader that waits for room, or for an object, looks for the end of the log. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final CurriculumLog log;
    private final Consumer<byte[], byte[]> consumer;
    private final RecordQueue records;
    private final BlockingQueue<CurriculumEvent> queue;
    private final Listener listener;
    private final Thread thread;
    /** Of the reading thread. */
    private long looked = System.nanoTime() - LOOK.toNanos();

    private volatile boolean closing;
    private volatile long unread;
    private volatile @Nullable RuntimeException failure;

    /**
     * Starts to read.
     *
     * @param from offset of the first record
     * @param objects fetches what records refer to
     * @param capacity records that may wait, at least 1
     */
    public CurriculumReader(
            CurriculumLog log, RecordParser parser, ObjectFetcher objects, long from, int capacity, Listener listener) {
        this.log = log;
        this.records = new RecordQueue(parser, objects);
        this.consumer = log.consumerAt(from);
        this.listener = listener;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = new Thread(this::run, "curriculum-reader");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * The next record, or null when none came in time.
     *
     * @throws IllegalStateException when reading has failed
     */
    public @Nullable CurriculumEvent next(Duration timeout) throws InterruptedException {
        CurriculumEvent event = queue.poll();
        if (event != null) {
            return event;
        }
        RuntimeException failed = failure;
        if (failed != null) {
            throw new IllegalStateException("cannot read " + log.partition() + ": " + failed.getMessage(), failed);
        }
        return queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Committed records that nobody has taken yet, about. */
    public long lag() {
        return unread + queue.size();
    }

    /** Why an object that is needed next cannot be fetched, in words; empty when nothing is wrong. */
    public String problem() {
        return records.problem();
    }

    /** Stops reading; what waits is dropped. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Runnable ended = listener.reading(consumer);
        try (consumer) {
            while (!closing) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    records.add(record);
                    while (records.isDue() && !closing) {
                        handNext();
                    }
                    if (closing) {
                        return;
                    }
                }
                while (!records.isEmpty() && !closing) {
                    handNext();
                }
                unread = consumer.currentLag(log.partition()).orElse(unread);
            }
        } catch (WakeupException | InterruptedException e) {
            LOGGER.debug("stopped reading topic={}", log.partition().topic());
        } catch (RuntimeException e) {
            failure = e;
            LOGGER.error("cannot read topic={}", log.partition().topic(), e);
        } finally {
            ended.run();
        }
    }

    private void handNext() throws InterruptedException {
        long offset = records.nextOffset();
        CurriculumEvent event = records.poll(POLL);
        if (event != null) {
            hand(offset, event);
        } else {
            countUnreadNowAndThen(offset);
        }
    }

    private void hand(long offset, CurriculumEvent event) throws InterruptedException {
        if (queue.offer(event)) {
            return;
        }
        boolean handed = false;
        while (!closing && !handed) {
            long start = System.nanoTime();
            handed = queue.offer(event, POLL.toMillis(), TimeUnit.MILLISECONDS);
            listener.blocked(System.nanoTime() - start);
            if (!handed) {
                countUnreadNowAndThen(offset);
            }
        }
    }

    private void countUnreadNowAndThen(long from) {
        if (System.nanoTime() - looked >= LOOK.toNanos()) {
            looked = System.nanoTime();
            countUnread(from);
        }
    }

    /** The consumer hears of new records only when it polls, which a student that is paused keeps it from for hours. */
    private void countUnread(long from) {
        try {
            Long end = consumer.endOffsets(Set.of(log.partition()), LOOK).get(log.partition());
            unread = end == null ? unread : Math.max(0, end - from);
        } catch (TimeoutException e) {
            LOGGER.debug("end of the log not known topic={}", log.partition().topic(), e);
        }
    }
}
