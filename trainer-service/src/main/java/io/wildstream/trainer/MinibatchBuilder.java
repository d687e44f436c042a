package io.wildstream.trainer;

import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.Minibatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Lays samples out for a step, in memory that is used again for the next. Belongs to the training thread. */
final class MinibatchBuilder {

    private final int values;
    private final int classes;
    private FloatBuffer pixels = FloatBuffer.allocate(0);

    /**
     * A builder.
     *
     * @param values C*H*W
     * @param classes K
     */
    MinibatchBuilder(int values, int classes) {
        this.values = values;
        this.classes = classes;
    }

    /** A minibatch of these samples, good until the next one is built. */
    Minibatch build(List<TrainingSample> samples) {
        int size = samples.size();
        if (pixels.capacity() < size * values) {
            pixels = ByteBuffer.allocateDirect(size * values * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        pixels.clear();
        float[] logits = new float[size * classes];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            TrainingSample sample = samples.get(i);
            sample.pixels().appendTo(pixels);
            System.arraycopy(sample.teacherLogits(), 0, logits, i * classes, classes);
            labels[i] = sample.pseudoLabel();
        }
        return new Minibatch(size, pixels.flip(), logits, labels);
    }
}
