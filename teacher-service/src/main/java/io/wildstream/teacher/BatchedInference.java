// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.opentelemetry.context.Context;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import io.wildstream.teacher.TeacherMetrics.Step;
import io.wildstream.teacher.fetch.Fetches;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores a poll's records in batches: while the forward pass of one batch runs on the caller's thread, the next batch is decoded on
 * another. Used by one thread.
 */
final class BatchedInference implements AutoCloseable {

    /** Most bytes of one buffer: large images make smaller batches rather than run out of memory. */
    private static final long MAX_BUFFER_BYTES = 256L << 20;

    /** A turn has time for at least so many forward passes. */
    private static final int PASSES_OF_A_TURN = 6;

    private static final Logger LOGGER = LoggerFactory.getLogger(BatchedInference.class);

    private final int largestBatch;
    private final WorkLimits limits;
    private final ForwardPace pace;
    private final SampleOutputs source;
    private final TeacherOutputEncoder encoder;
    private final @Nullable Fetches fetches;
    private final TeacherMetrics metrics;
    private final Runnable progress;
    private final ExecutorService decoding;
    /** Two buffers: one is read by the forward pass while the other is filled. */
    private final FloatBuffer[] buffers = {FloatBuffer.allocate(0), FloatBuffer.allocate(0)};

    /** @param progress called after each sample that was decoded and each forward pass; by two threads */
    BatchedInference(TeacherSettings settings, TeacherMetrics metrics, Runnable progress) {
        this(settings, metrics, progress, null);
    }

    /**
     * With references.
     *
     * @param progress called after each sample that was decoded, each forward pass and while something is waited for; by two threads
     * @param fetches gets what samples refer to, and is closed with this; null where no reference is fetched
     */
    BatchedInference(TeacherSettings settings, TeacherMetrics metrics, Runnable progress, @Nullable Fetches fetches) {
        this.largestBatch = settings.batchSize();
        this.limits = settings.limits();
        this.pace = new ForwardPace(limits.turn().dividedBy(PASSES_OF_A_TURN));
        this.encoder = new TeacherOutputEncoder(settings.encoding(), settings::isLight);
        this.source = new SampleOutputs(settings.source(), encoder);
        this.fetches = fetches;
        this.metrics = metrics;
        this.progress = progress;
        this.decoding = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "teacher-decode");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The outcomes of all records, in their order, or of the first ones when that takes longer than a turn may or when the next one refers
     * to something that is not there yet: perhaps of none. A model that fails altogether is thrown and leaves nothing running.
     */
    List<Outcome> score(Teacher teacher, List<ConsumerRecord<byte[], byte[]>> records) {
        Poll poll = new Poll(teacher, records);
        provideBuffers(
                Math.multiplyExact(poll.batchSize, teacher.description().input().values()));
        Future<DecodedBatch> next = decode(poll, 0, buffers[0]);
        boolean more = true;
        int done = 0;
        try {
            for (int turn = 1; more; turn++) {
                DecodedBatch batch = await(next);
                done = batch.end();
                more = done < records.size() && poll.takesMore() && !batch.isWaiting();
                if (more) {
                    next = decode(poll, batch.end(), buffers[turn % 2]);
                }
                int end = forward(batch, poll);
                if (end < done) {
                    done = end;
                    break;
                }
            }
        } finally {
            if (more) {
                await(next);
            }
        }
        return poll.complete(done);
    }

    /**
     * Samples of one forward pass.
     *
     * @param values of an image
     * @param memory of an image in the forward pass, bytes
     */
    static int batchSize(int largest, int values, long memory, long batchMemory) {
        long byPixels = MAX_BUFFER_BYTES / ((long) values * Float.BYTES);
        long byWork = batchMemory / Math.max(1, memory);
        return (int) Math.max(1, Math.min(largest, Math.min(byPixels, byWork)));
    }

    private Future<DecodedBatch> decode(Poll poll, int start, FloatBuffer pixels) {
        int most = Math.min(poll.batchSize, pace.most(poll.teacher.reference()));
        Callable<DecodedBatch> work = () -> metrics.timed(
                Step.DECODE,
                () -> DecodedBatch.decode(
                        poll.samples, poll.teacher, start, most, pixels, poll.outcomes, poll::goesOn));
        return decoding.submit(Context.current().wrap(work));
    }

    /** Returns the index of the first record without an outcome, at most that after the batch. */
    private int forward(DecodedBatch batch, Poll poll) {
        int waiting = batch.waiting().size();
        int answered = waiting == 0 ? 0 : forward(batch, poll, 0, waiting);
        return answered < waiting ? batch.waiting().get(answered).index() : batch.end();
    }

    /**
     * Runs the model on a part of a batch; one on which it fails is halved until the sample is found that it fails on. When the turn's time
     * is over meanwhile, its first sample is the last one. Returns the index of the first sample that was not answered.
     */
    private int forward(DecodedBatch batch, Poll poll, int from, int to) {
        Outputs outputs;
        try {
            outputs = infer(batch, poll, from, to);
        } catch (RuntimeException e) {
            progress.run();
            if (to - from == 1) {
                failed(batch, poll, from, e);
                return to;
            }
            int middle = poll.hasTime() ? (from + to) >>> 1 : from + 1;
            int answered = forward(batch, poll, from, middle);
            return answered == middle && poll.hasTime() ? forward(batch, poll, middle, to) : answered;
        }
        metrics.batch(to - from);
        take(batch, poll, from, to, outputs);
        return to;
    }

    private Outputs infer(DecodedBatch batch, Poll poll, int from, int to) {
        int values = poll.teacher.description().input().values();
        FloatBuffer pixels = batch.pixels().slice(from * values, (to - from) * values);
        long start = System.nanoTime();
        Outputs outputs = metrics.timed(Step.FORWARD, () -> poll.teacher.infer(pixels, to - from));
        pace.took(to - from, System.nanoTime() - start);
        return outputs;
    }

    private void take(DecodedBatch batch, Poll poll, int from, int to, Outputs outputs) {
        for (int i = from; i < to; i++) {
            DecodedBatch.Waiting waiting = batch.waiting().get(i);
            ConsumerRecord<byte[], byte[]> record = poll.records.get(waiting.index());
            poll.outcomes[waiting.index()] = encoder.encode(poll.teacher, record, waiting.sample(), outputs, i - from);
        }
        progress.run();
    }

    /** A sample is to blame only when the model answers another image now, and then fails on this one again. */
    private void failed(DecodedBatch batch, Poll poll, int index, RuntimeException failure) {
        if (!poll.teacher.isSound()) {
            throw failure;
        }
        try {
            take(batch, poll, index, index + 1, infer(batch, poll, index, index + 1));
        } catch (RuntimeException e) {
            DecodedBatch.Waiting waiting = batch.waiting().get(index);
            ConsumerRecord<byte[], byte[]> record = poll.records.get(waiting.index());
            LOGGER.warn("the model fails on a sample partition={} offset={}", record.partition(), record.offset(), e);
            poll.outcomes[waiting.index()] = new Outcome.Refused(
                    record, Refusal.MODEL_FAILED, "the teacher's model fails on this sample: " + lastLine(e));
        }
    }

    /** The error itself: libtorch puts it after its trace. */
    private static String lastLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).strip().lines().reduce("", (line, next) -> next);
    }

    private void provideBuffers(int values) {
        if (buffers[0].capacity() >= values) {
            return;
        }
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = ByteBuffer.allocateDirect(values * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
    }

    /** Waits without heeding interrupts: the buffer belongs to the decoding thread until it is done. */
    private static DecodedBatch await(Future<DecodedBatch> batch) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return batch.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("decoding failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        decoding.shutdownNow();
        if (fetches != null) {
            fetches.close();
        }
    }

    /** The records of one poll with the outcomes found so far. */
    private final class Poll {
        private final Teacher teacher;
        private final List<ConsumerRecord<byte[], byte[]>> records;
        private final int batchSize;
        private final PollSamples samples;
        private final long start = System.nanoTime();
        /** Written by the decoding thread and by the caller's, each at its own indexes, with a future between them. */
        private final @Nullable Outcome[] outcomes;

        private Poll(Teacher teacher, List<ConsumerRecord<byte[], byte[]>> records) {
            this.teacher = teacher;
            this.records = records;
            this.samples = new PollSamples(source, fetches, records);
            this.batchSize = batchSize(
                    largestBatch,
                    teacher.description().input().values(),
                    teacher.memoryOfImage(),
                    limits.batchMemory());
            this.outcomes = new Outcome[records.size()];
        }

        /** Asked after each record, and while one is fetched: a sign of life, and whether there is time for the next one. */
        private boolean goesOn() {
            progress.run();
            return takesMore();
        }

        private boolean takesMore() {
            return hasTime() && !samples.isFull();
        }

        private boolean hasTime() {
            return System.nanoTime() - start < limits.turn().toNanos();
        }

        private List<Outcome> complete(int done) {
            List<Outcome> complete = new ArrayList<>(done);
            for (Outcome outcome : Arrays.asList(outcomes).subList(0, done)) {
                if (outcome == null) {
                    throw new IllegalStateException("a record was left without an outcome");
                }
                complete.add(outcome);
            }
            return complete;
        }
    }
}
