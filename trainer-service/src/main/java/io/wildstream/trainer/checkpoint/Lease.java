// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a student's lease every two seconds, on a thread of its own: this trainer holds the student as long as Kafka confirms it. The
 * training thread asks {@link #isValid} between two steps: it ends when another trainer has taken over, and waits while the newest
 * confirmation is too old.
 *
 * <p>A renewal is a transaction that also holds how far the student has come; the group {@code <prefix>.student-<id>} shows its lag to
 * Kafka's own tools. Nothing is resumed from it.
 */
public final class Lease implements AutoCloseable {

    /** Time between two renewals. */
    static final Duration RENEWAL_PERIOD = Duration.ofSeconds(2);
    /** Time for which a renewal holds: longer than Kafka's transactions may stay open. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(12);

    private static final Logger LOGGER = LoggerFactory.getLogger(Lease.class);

    private final CheckpointCommits commits;
    private final TopicPartition curriculum;
    private final LongSupplier nextOffset;
    private final Thread thread;
    private volatile long renewedNanos = System.nanoTime();
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closing;

    /**
     * Begins to renew; the student was taken over just now.
     *
     * @param nextOffset the curriculum offset that the student reads next, asked from another thread
     */
    public Lease(CheckpointCommits commits, TopicPartition curriculum, LongSupplier nextOffset) {
        this.commits = commits;
        this.curriculum = curriculum;
        this.nextOffset = nextOffset;
        this.thread = new Thread(this::run, "lease");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * Whether the newest renewal still holds.
     *
     * @throws FencedException when another trainer has taken over the student
     * @throws RuntimeException when it cannot be renewed any more: the student is to be opened again
     */
    public boolean isValid() {
        RuntimeException end = failure;
        if (end != null) {
            throw end;
        }
        return System.nanoTime() - renewedNanos < LEASE_DURATION.toNanos();
    }

    private void run() {
        try {
            while (!closing) {
                long begun = System.nanoTime();
                commits.renew(curriculum, nextOffset.getAsLong());
                renewedNanos = begun;
                Thread.sleep(RENEWAL_PERIOD.toMillis());
            }
        } catch (InterruptedException e) {
            LOGGER.debug("lease given up curriculum={}", curriculum.topic());
        } catch (RuntimeException e) {
            failure = e;
            if (!closing) {
                LOGGER.warn("the lease cannot be renewed curriculum={} cause={}", curriculum.topic(), e.toString());
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
