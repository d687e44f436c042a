// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.engine.Accuracy;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.trainer.curriculum.Holdout;
import io.wildstream.trainer.metrics.TrainerMetrics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a student on a labelled holdout. It looks at frozen copies in evaluation mode on a thread of its own, so that a run with it
 * learns the same bits as a run without it. An evaluation takes at most a tenth of the time: the next one waits for nine times as long
 * as the last one took.
 */
public final class HoldoutEvaluator implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HoldoutEvaluator.class);
    private static final int BATCH = 250;
    private static final int REST = 9;

    private final Holdout holdout;
    private final TrainerMetrics metrics;
    private final ExecutorService thread;
    private final FloatBuffer pixels;
    private @Nullable Future<?> running;
    private volatile @Nullable Accuracy newest;
    private volatile long restUntil = System.nanoTime();

    /**
     * An evaluator.
     *
     * @param values C*H*W
     */
    public HoldoutEvaluator(Holdout holdout, int values, TrainerMetrics metrics) {
        this.holdout = holdout;
        this.metrics = metrics;
        this.pixels = ByteBuffer.allocateDirect(BATCH * values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "holdout-evaluation");
            made.setDaemon(true);
            return made;
        });
    }

    /** The newest result, in [0, 1]; NaN before the first. */
    public double accuracy() {
        Accuracy known = newest;
        return known == null ? Double.NaN : known.overall();
    }

    /** The newest result with that of each class; null before the first. */
    public @Nullable Accuracy newest() {
        return newest;
    }

    /** Begins an evaluation of the student as it is now, unless the last one is under way or too recent. */
    public void begin(Student student) {
        Future<?> last = running;
        if ((last != null && !last.isDone()) || System.nanoTime() - restUntil < 0) {
            return;
        }
        InferenceModel copy = student.learner().snapshot();
        long step = student.step();
        running = thread.submit(() -> evaluate(copy, step));
    }

    /** Evaluates the student as it is now and waits for the result. */
    public void finish(Student student) throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
            LOGGER.warn("an evaluation is still under way step={}", student.step());
        }
        evaluate(student.learner().snapshot(), student.step());
    }

    private void evaluate(InferenceModel copy, long step) {
        long start = System.nanoTime();
        try (copy) {
            int[] right = new int[copy.description().classCount()];
            int[] images = new int[right.length];
            for (int from = 0; from < holdout.size(); from += BATCH) {
                count(copy, from, Math.min(from + BATCH, holdout.size()), right, images);
            }
            Accuracy accuracy = Accuracy.of(right, images);
            newest = accuracy;
            long nanos = System.nanoTime() - start;
            restUntil = System.nanoTime() + REST * nanos;
            metrics.evaluated(nanos);
            LOGGER.info("evaluated step={} accuracy={} millis={}", step, accuracy.overall(), nanos / 1_000_000);
        } catch (RuntimeException e) {
            LOGGER.error("evaluation failed step={}", step, e);
        }
    }

    private void count(InferenceModel copy, int from, int to, int[] right, int[] images) {
        pixels.clear();
        holdout.images().subList(from, to).forEach(image -> image.appendTo(pixels));
        InferenceModel.Outputs outputs = copy.infer(pixels.flip(), to - from);
        for (int i = 0; i < to - from; i++) {
            int label = holdout.labels()[from + i];
            images[label]++;
            right[label] += outputs.argmax(i) == label ? 1 : 0;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            // a copy that is in use must not be freed: wait for it
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                LOGGER.warn("evaluation did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
