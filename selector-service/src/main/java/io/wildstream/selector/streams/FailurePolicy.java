// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a processing thread dies. Trouble with Kafka is temporary: the thread is replaced and continues
 * from the last commit, at most {@link #MAX_REPLACEMENTS} times in {@link #PERIOD}. So is one that met more partitions
 * than the changelog has, once it has got them. Being fenced by another process of the same name, a refused login and an
 * error of our own do not pass: the client stops, and the process turns unhealthy with the reason.
 */
public final class FailurePolicy implements StreamsUncaughtExceptionHandler {

    /** Threads that are replaced within {@link #PERIOD} before it is given up. */
    static final int MAX_REPLACEMENTS = 20;
    /** Time over which replacements are counted. */
    static final Duration PERIOD = Duration.ofMinutes(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(FailurePolicy.class);

    /** What Kafka Streams says when the topic that it reads has got more partitions. */
    private static final String INVALID_PARTITIONS = "has invalid partitions";

    private final LongSupplier nanoTime;
    private final Runnable followPartitions;
    /** Times of the last replacements, nanoseconds. Guarded by this. */
    private final Deque<Long> replacements = new ArrayDeque<>();

    private volatile String problem = "";

    /**
     * A policy that has replaced nothing yet.
     *
     * @param nanoTime a clock that is never set, such as {@link System#nanoTime}
     * @param followPartitions gives the changelog as many partitions as the topic that is read has
     */
    public FailurePolicy(LongSupplier nanoTime, Runnable followPartitions) {
        this.nanoTime = nanoTime;
        this.followPartitions = followPartitions;
    }

    /** Why processing was given up, or empty. */
    public String problem() {
        return problem;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        if (isTransient(failure) && mayReplace()) {
            LOGGER.warn("processing thread replaced cause={}", rootOf(failure).toString(), failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        if (isOfPartitions(failure) && mayReplace()) {
            try {
                followPartitions.run();
                LOGGER.info("processing thread replaced, as the topic has more partitions");
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            } catch (RuntimeException e) {
                if (!isTransient(e)) {
                    return stop(e);
                }
                LOGGER.warn("processing thread replaced, the changelog is looked at again cause={}", e.toString());
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        }
        return stop(failure);
    }

    private static boolean isOfPartitions(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(INVALID_PARTITIONS)) {
                return true;
            }
        }
        return false;
    }

    private StreamThreadExceptionResponse stop(Throwable failure) {
        problem = "processing stopped: " + rootOf(failure);
        LOGGER.error("processing stopped cause={}", rootOf(failure).toString(), failure);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private synchronized boolean mayReplace() {
        long now = nanoTime.getAsLong();
        replacements.removeIf(time -> now - time > PERIOD.toNanos());
        replacements.add(now);
        return replacements.size() <= MAX_REPLACEMENTS;
    }

    private static boolean isTransient(Throwable failure) {
        boolean fromKafka = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isFinal(cause)) {
                return false;
            }
            // An answer that the producer does not expect has no class of its own: a broker that ends a transaction at
            // the moment
            // of its commit answers so. What became of the transaction shows at the next start of the thread.
            boolean unexpected = cause.getClass() == KafkaException.class;
            fromKafka |= unexpected || cause instanceof ApiException || cause instanceof LockException;
        }
        return fromKafka;
    }

    private static boolean isFinal(Throwable cause) {
        // A producer's lost epoch is named by the same classes whether a namesake took it or the coordinator forgot it:
        // the second is
        // handled inside Streams and does not come here.
        return cause instanceof ProducerFencedException
                || cause instanceof InvalidProducerEpochException
                || cause instanceof FencedInstanceIdException
                || cause instanceof OutOfOrderSequenceException
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof RecordTooLargeException
                || cause instanceof Error;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
