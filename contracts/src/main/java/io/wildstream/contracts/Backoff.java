// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pauses of an operation that is tried until it succeeds: each twice as long as the one before, up to a longest one, and shortened at
 * random by up to half so that processes which failed together do not try again together. The log names the operation at each failure.
 *
 * <p>A loop asks {@link #retry} after each failure and ends when the answer is false: the process is to stop, or the time is up. Belongs
 * to one thread.
 */
public final class Backoff {

    /**
     * How long the pauses are.
     *
     * @param first longest time of the first pause
     * @param longest bound of every pause
     * @param limit time since the first failure after which no further attempt is made
     */
    public record Pauses(Duration first, Duration longest, Duration limit) {

        /** Never gives up. */
        public static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

        public Pauses {
            if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0 || limit.isNegative()) {
                throw new IllegalArgumentException("pauses must be positive and not fall: " + first + ", " + longest);
            }
        }

        /** Pauses without a limit on their number. */
        public static Pauses of(Duration first, Duration longest) {
            return new Pauses(first, longest, FOREVER);
        }

        /** The same pauses until so much time has passed. */
        public Pauses within(Duration time) {
            return new Pauses(first, longest, time);
        }
    }

    /** Waits. */
    @FunctionalInterface
    public interface Sleeper {

        /** Waits for so long, or until the process is to stop; returns false when it is to stop. */
        boolean sleep(Duration pause) throws InterruptedException;

        /** Ends a wait as soon as the latch opens. */
        static Sleeper until(CountDownLatch stopping) {
            return pause -> !stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** Asks every 50 ms whether the process is to stop. */
        static Sleeper unless(BooleanSupplier stopping) {
            return pause -> {
                long end = System.nanoTime() + pause.toNanos();
                while (!stopping.getAsBoolean()) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return true;
                    }
                    TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
                }
                return false;
            };
        }

        /** Waits until the end or an interrupt. */
        static Sleeper untilInterrupted() {
            return pause -> {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                return true;
            };
        }
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(Backoff.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String operation;
    private final Pauses pauses;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private int failures;
    private long firstFailureNanos;

    /**
     * Prepares for an operation that has not failed yet.
     *
     * @param operation what is tried, as the log names it, such as {@code connect to Kafka}
     */
    public Backoff(String operation, Pauses pauses, Sleeper sleeper) {
        this(
                operation,
                pauses,
                sleeper,
                new SplittableRandom(
                        Objects.hash(operation, ProcessHandle.current().pid())),
                System::nanoTime);
    }

    /**
     * Prepares with a source of randomness and a clock of the caller's.
     *
     * @param nanoTime a clock that is never set, in nanoseconds
     */
    public Backoff(String operation, Pauses pauses, Sleeper sleeper, RandomGenerator random, LongSupplier nanoTime) {
        this.operation = operation;
        this.pauses = pauses;
        this.sleeper = sleeper;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /**
     * Logs a failure and waits before the next attempt.
     *
     * @return false when there must be no further attempt
     */
    public boolean retry(Throwable cause) throws InterruptedException {
        return retry(cause.toString());
    }

    /** As {@link #retry(Throwable)}, with the cause in words. */
    public boolean retry(String cause) throws InterruptedException {
        if (failures++ == 0) {
            firstFailureNanos = nanoTime.getAsLong();
        }
        if (nanoTime.getAsLong() - firstFailureNanos >= pauses.limit().toNanos()) {
            LOGGER.warn("cannot {}, giving up attempts={} cause={}", operation, failures, cause);
            return false;
        }
        Duration pause = nextPause();
        LOGGER.warn(
                "cannot {}, trying again attempts={} pauseMillis={} cause={}",
                operation,
                failures,
                pause.toMillis(),
                cause);
        return sleeper.sleep(pause);
    }

    /** Begins again with the first pause. */
    public void succeeded() {
        if (failures > 0) {
            LOGGER.info("could {} again attempts={}", operation, failures + 1);
            failures = 0;
        }
    }

    /** Failures since the last success. */
    public int failures() {
        return failures;
    }

    private Duration nextPause() {
        long longest = pauses.longest().toNanos();
        long whole = pauses.first().toNanos();
        for (int doubling = 1; doubling < failures && whole < longest; doubling++) {
            whole = whole > longest / 2 ? longest : whole * 2;
        }
        return Duration.ofNanos(whole - (long) (whole / 2 * random.nextDouble()));
    }
}
