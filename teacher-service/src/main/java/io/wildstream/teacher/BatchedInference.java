// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.opentelemetry.context.Context;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import io.wildstream.teacher.TeacherMetrics.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores a poll's records in batches: while the forward pass of one batch runs on the caller's thread, the next batch is decoded on
 * another. Used by one thread.
 */
final class BatchedInference implements AutoCloseable {

    /** Most bytes of one buffer: large images make smaller batches rather than run out of memory. */
    private static final long MAX_BUFFER_BYTES = 256L << 20;

    private final int largestBatch;
    private final SampleSource source;
    private final TeacherOutputEncoder encoder;
    private final TeacherMetrics metrics;
    private final Runnable progress;
    private final ExecutorService decoding;
    /** Two buffers: one is read by the forward pass while the other is filled. */
    private final FloatBuffer[] buffers = {FloatBuffer.allocate(0), FloatBuffer.allocate(0)};

    /** @param progress called after each forward pass */
    BatchedInference(TeacherSettings settings, TeacherMetrics metrics, Runnable progress) {
        this.largestBatch = settings.batchSize();
        this.source = settings.source();
        this.encoder = new TeacherOutputEncoder(settings.encoding());
        this.metrics = metrics;
        this.progress = progress;
        this.decoding = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "teacher-decode");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The outcomes of all records, in their order. A failure of the model is thrown and leaves nothing running. */
    List<Outcome> score(Teacher teacher, List<ConsumerRecord<byte[], byte[]>> records) {
        Poll poll = new Poll(teacher, records);
        provideBuffers(
                Math.multiplyExact(poll.batchSize, teacher.description().input().values()));
        Future<DecodedBatch> next = decode(poll, 0, buffers[0]);
        boolean more = true;
        try {
            for (int turn = 1; more; turn++) {
                DecodedBatch batch = await(next);
                more = batch.end() < records.size();
                if (more) {
                    next = decode(poll, batch.end(), buffers[turn % 2]);
                }
                forward(batch, poll);
            }
        } finally {
            if (more) {
                await(next);
            }
        }
        return poll.complete();
    }

    /** Samples of one forward pass for images of so many values. */
    static int batchSize(int largest, int values) {
        return (int) Math.max(1, Math.min(largest, MAX_BUFFER_BYTES / ((long) values * Float.BYTES)));
    }

    private Future<DecodedBatch> decode(Poll poll, int start, FloatBuffer pixels) {
        Callable<DecodedBatch> work = () -> metrics.timed(
                Step.DECODE,
                () -> DecodedBatch.decode(
                        source, poll.teacher, poll.records, start, poll.batchSize, pixels, poll.outcomes));
        return decoding.submit(Context.current().wrap(work));
    }

    private void forward(DecodedBatch batch, Poll poll) {
        int count = batch.waiting().size();
        if (count == 0) {
            return;
        }
        Outputs outputs = metrics.timed(Step.FORWARD, () -> poll.teacher.infer(batch.pixels(), count));
        metrics.batch(count);
        for (int i = 0; i < count; i++) {
            DecodedBatch.Waiting waiting = batch.waiting().get(i);
            ConsumerRecord<byte[], byte[]> record = poll.records.get(waiting.index());
            poll.outcomes[waiting.index()] = encoder.encode(poll.teacher, record, waiting.sample(), outputs, i);
        }
        progress.run();
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
    }

    /** The records of one poll with the outcomes found so far. */
    private final class Poll {
        private final Teacher teacher;
        private final List<ConsumerRecord<byte[], byte[]>> records;
        private final int batchSize;
        /** Written by the decoding thread and by the caller's, each at its own indexes, with a future between them. */
        private final @Nullable Outcome[] outcomes;

        private Poll(Teacher teacher, List<ConsumerRecord<byte[], byte[]>> records) {
            this.teacher = teacher;
            this.records = records;
            this.batchSize =
                    batchSize(largestBatch, teacher.description().input().values());
            this.outcomes = new Outcome[records.size()];
        }

        private List<Outcome> complete() {
            List<Outcome> complete = new ArrayList<>(outcomes.length);
            for (Outcome outcome : outcomes) {
                if (outcome == null) {
                    throw new IllegalStateException("a record was left without an outcome");
                }
                complete.add(outcome);
            }
            return complete;
        }
    }
}
