// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.Backoff.Sleeper;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.teacher.SampleStream.Committed;
import io.wildstream.teacher.TeacherMetrics.Step;
import io.wildstream.teacher.fetch.Fetches;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage: each record of {@code samples} gets exactly one committed outcome, a teacher output, a dead letter or an end marker passed on.
 *
 * <p>One thread calls {@link #run}. A turn of its loop is: take the teacher that is newest, poll, decode and forward in batches, commit
 * everything in one transaction. A turn that takes long commits what it has. Whatever fails in a turn is undone by going back to the
 * committed offsets, and done again after a pause; only a broken invariant ends the loop. No work is under way while it polls, so a
 * rebalance never meets an open transaction.
 */
public final class TeacherPipeline implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TeacherPipeline.class);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final Duration TEACHER_WAIT = Duration.ofMillis(100);

    private final SampleStream stream;
    private final Teachers teachers;
    private final TeacherMetrics metrics;
    private final BatchedInference inference;
    private final @Nullable Fetches fetches;
    private final Duration turn;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Sleeper sleeper = Sleeper.until(stopping);
    private final Backoff backoff = new Backoff("answer the records of a poll", PAUSES, sleeper);
    private volatile long progressNanos = System.nanoTime();
    private volatile boolean joined;
    private volatile String problem = "";
    /** Whether the stream must be rewound before it is read: at the start and after a failure. */
    private boolean rewindFirst = true;

    /** The stream is the pipeline's from here on: it closes it. */
    public TeacherPipeline(TeacherSettings settings, SampleStream stream, Teachers teachers, TeacherMetrics metrics) {
        this(settings, stream, teachers, metrics, null);
    }

    /**
     * A pipeline of samples some of which are references. Stream and fetches are the pipeline's from here on: it closes them.
     *
     * @param fetches gets what samples refer to; null where no reference is fetched
     */
    public TeacherPipeline(
            TeacherSettings settings,
            SampleStream stream,
            Teachers teachers,
            TeacherMetrics metrics,
            @Nullable Fetches fetches) {
        this.stream = stream;
        this.teachers = teachers;
        this.metrics = metrics;
        this.fetches = fetches;
        this.turn = settings.limits().turn();
        this.inference = new BatchedInference(settings, metrics, this::progress, fetches);
    }

    /**
     * Scores samples until {@link #stop}; a turn that has started is finished.
     *
     * @throws BrokenInvariantException when this process must stop
     */
    @Override
    public void run() {
        progress();
        try (stream;
                inference) {
            while (!isStopping()) {
                turn();
            }
            stream.survived();
        } finally {
            joined = false;
        }
    }

    /** Ends the loop soon; returns at once. */
    public void stop() {
        stopping.countDown();
        if (fetches != null) {
            fetches.stop();
        }
    }

    /** Whether the stream was joined and the last turn was good. */
    public boolean isReady() {
        return joined && problem.isEmpty();
    }

    /** The present problem; empty when there is none. */
    public String problem() {
        String own = problem;
        if (!own.isEmpty()) {
            return own;
        }
        String unread = stream.problem();
        return !unread.isEmpty() || fetches == null ? unread : fetches.problem();
    }

    /** Time since the last sign of progress: a batch, a poll, a failed attempt. */
    public Duration sinceProgress() {
        return Duration.ofNanos(System.nanoTime() - progressNanos);
    }

    private void turn() {
        RuntimeException failure;
        try (WorkSpans spans = new WorkSpans("teacher batch")) {
            failure = attempt(spans);
        }
        if (failure != null) {
            pauseAfter(failure);
        }
        progress();
    }

    /** Does one turn's work, or undoes it; returns what it failed with, or null. */
    private @Nullable RuntimeException attempt(WorkSpans spans) {
        try {
            doWork(spans);
            if (backoff.failures() > 0 && !rewindFirst) {
                backoff.succeeded();
                problem = "";
            }
            return null;
        } catch (BrokenInvariantException e) {
            spans.failed(e);
            problem = String.valueOf(e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            spans.failed(e);
            rewindFirst = true;
            metrics.failed();
            return e;
        }
    }

    private void doWork(WorkSpans spans) {
        if (fetches != null) {
            fetches.settle(turn, this::progress);
        }
        long start = System.nanoTime();
        Teacher teacher = teachers.current();
        if (teacher == null) {
            pause(TEACHER_WAIT);
            metrics.starved(System.nanoTime() - start);
            return;
        }
        if (rewindFirst) {
            stream.rewind();
            rewindFirst = false;
        }
        start = System.nanoTime();
        List<ConsumerRecord<byte[], byte[]>> records = stream.next();
        metrics.starved(System.nanoTime() - start);
        joined = stream.joined();
        metrics.lag(stream.lag());
        if (records.isEmpty()) {
            stream.passUndone();
            return;
        }
        records.forEach(record -> spans.join(record.headers()));
        spans.makeCurrent();
        metrics.committed(answer(teacher, records));
    }

    private Committed answer(Teacher teacher, List<ConsumerRecord<byte[], byte[]>> records) {
        String culprit = stream.culprit();
        List<Outcome> outcomes = culprit == null ? inference.score(teacher, records) : refused(records, culprit);
        return metrics.timed(Step.COMMIT, () -> stream.commit(outcomes));
    }

    private static List<Outcome> refused(List<ConsumerRecord<byte[], byte[]>> records, String culprit) {
        return records.stream()
                .<Outcome>map(record -> new Outcome.Refused(record, Reason.TOO_COSTLY, culprit))
                .toList();
    }

    private void pauseAfter(RuntimeException failure) {
        int failures = backoff.failures() + 1;
        problem = "failed " + failures + " times in a row, trying again: " + failure;
        if (failures == 1) {
            LOGGER.warn("work of a poll undone", failure);
        }
        try {
            var unused = backoff.retry(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }

    private void pause(Duration time) {
        try {
            var unused = sleeper.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void progress() {
        progressNanos = System.nanoTime();
    }
}
