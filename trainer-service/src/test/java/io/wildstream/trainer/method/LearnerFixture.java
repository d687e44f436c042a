// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.TrainingSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Learners of the repository's untrained models and minibatches for them. */
final class LearnerFixture {

    static final int SIZE = 16;
    static final int CLASSES = 10;
    /** D of the teacher that the minibatches come from. */
    static final int TEACHER_FEATURES = 12;

    private LearnerFixture() {}

    static Learner learner(String model, TrainingSpec spec) {
        return new Learner(
                Path.of(System.getProperty("test.models", "../deploy/models")).resolve(model), spec);
    }

    static Minibatch minibatch(int values, long seed) {
        Random random = new Random(seed);
        FloatBuffer pixels = ByteBuffer.allocateDirect(SIZE * values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float[] logits = new float[SIZE * CLASSES];
        int[] labels = new int[SIZE];
        float[] norms = new float[SIZE];
        List<float[]> features = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int j = 0; j < values; j++) {
                pixels.put((float) random.nextGaussian());
            }
            for (int k = 0; k < CLASSES; k++) {
                logits[i * CLASSES + k] = (float) random.nextGaussian() + (k == labels[i] ? 5 : 0);
            }
            features.add(features(random));
            norms[i] = norm(features.get(i));
        }
        return new Minibatch(SIZE, pixels.flip(), logits, labels, labels, norms, features);
    }

    private static float[] features(Random random) {
        float[] values = new float[TEACHER_FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, (float) random.nextGaussian());
        }
        return values;
    }

    private static float norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * value;
        }
        return (float) Math.sqrt(sum);
    }
}
