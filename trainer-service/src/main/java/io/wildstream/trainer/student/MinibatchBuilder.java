// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.trainer.curriculum.TeacherPrediction;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.Minibatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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

    /**
     * A minibatch of these samples, good until the next one is built.
     *
     * @param labels which of a sample's classes is taken for the truth
     */
    Minibatch build(List<TrainingSample> samples, LabelSource labels) {
        int size = samples.size();
        if (pixels.capacity() < size * values) {
            pixels = ByteBuffer.allocateDirect(size * values * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        pixels.clear();
        float[] logits = new float[size * classes];
        int[] pseudoLabels = new int[size];
        int[] truth = new int[size];
        float[] norms = new float[size];
        List<float[]> features = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            TrainingSample sample = samples.get(i);
            sample.pixels().appendTo(pixels);
            TeacherPrediction teacher = sample.teacher();
            System.arraycopy(teacher.logits(), 0, logits, i * classes, classes);
            pseudoLabels[i] = teacher.pseudoLabel();
            boolean given = labels == LabelSource.LABEL_SOURCE_GIVEN && sample.givenLabel() >= 0;
            truth[i] = given ? sample.givenLabel() : teacher.pseudoLabel();
            norms[i] = teacher.featureNorm();
            features.add(teacher.features());
        }
        return new Minibatch(size, pixels.flip(), logits, pseudoLabels, truth, norms, features);
    }
}
