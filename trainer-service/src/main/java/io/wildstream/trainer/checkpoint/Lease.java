// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves again and again, on a thread of its own, that a student is still this trainer's. Who learns asks {@link #isValid} between two
 * steps: a trainer that was taken over is told so, and one that has not been confirmed for a while is to wait.
 *
 * <p>A proof is a transaction that tells Kafka how far the student has come; the group {@code <prefix>.student-<id>} shows its lag to
 * Kafka's own tools. Nothing is resumed from it.
 */
public final class Lease implements AutoCloseable {

    /** Time between two proofs. */
    static final Duration PERIOD = Duration.ofSeconds(2);
    /** Age from which a proof is worth nothing: longer than Kafka's transactions may stay open. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(12);

    private static final Logger LOGGER = LoggerFactory.getLogger(Lease.class);

    private final CheckpointCommits commits;
    private final TopicPartition curriculum;
    private final LongSupplier nextOffset;
    private final Thread thread;
    private volatile long provenNanos = System.nanoTime();
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closing;

    /**
     * Begins to prove; the student was taken over just now.
     *
     * @param nextOffset the curriculum offset that the student reads next, asked from another thread
     */
    public Lease(CheckpointCommits commits, TopicPartition curriculum, LongSupplier nextOffset) {
        this.commits = commits;
        this.curriculum = curriculum;
        this.nextOffset = nextOffset;
        this.thread = new Thread(this::run, "ownership");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * Whether a proof is young enough to learn by.
     *
     * @throws FencedException when another trainer has taken over the student
     * @throws RuntimeException when no more proofs can come: the student is to be opened again
     */
    public boolean isValid() {
        RuntimeException end = failure;
        if (end != null) {
            throw end;
        }
        return System.nanoTime() - provenNanos < LEASE_DURATION.toNanos();
    }

    private void run() {
        try {
            while (!closing) {
                long begun = System.nanoTime();
                commits.renew(curriculum, nextOffset.getAsLong());
                provenNanos = begun;
                Thread.sleep(PERIOD.toMillis());
            }
        } catch (InterruptedException e) {
            LOGGER.debug("no more proofs curriculum={}", curriculum.topic());
        } catch (RuntimeException e) {
            failure = e;
            if (!closing) {
                LOGGER.warn("ownership cannot be proven curriculum={} cause={}", curriculum.topic(), e.toString());
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
