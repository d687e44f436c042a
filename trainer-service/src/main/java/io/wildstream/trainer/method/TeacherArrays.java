// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.term.Forward;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** What the teacher said of a minibatch, as arrays of the step. */
final class TeacherArrays {

    private TeacherArrays() {}

    /**
     * Makes the arrays.
     *
     * @param withFeatures whether a term compares features
     * @param featureSize D, or 0 for that of the first sample that has features; features of another length count as none
     */
    static Forward.Teacher of(
            NDManager manager, Minibatch minibatch, int classes, boolean withFeatures, int featureSize) {
        int size = minibatch.size();
        NDArray logits = array(manager, minibatch.teacherLogits(), size, classes);
        NDArray norms = array(manager, minibatch.teacherNorms(), size, 1);
        List<float[]> features = minibatch.teacherFeatures();
        int length = featureSize > 0
                ? featureSize
                : features.stream()
                        .mapToInt(row -> row.length)
                        .filter(n -> n > 0)
                        .findFirst()
                        .orElse(0);
        int[] rows = IntStream.range(0, size)
                .filter(row -> length > 0 && features.get(row).length == length)
                .toArray();
        if (!withFeatures || rows.length == 0) {
            return new Forward.Teacher(logits, norms, null, null);
        }
        float[] values = new float[rows.length * length];
        float[] chosen = new float[rows.length * size];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(features.get(rows[i]), 0, values, i * length, length);
            chosen[i * size + rows[i]] = 1;
        }
        return new Forward.Teacher(
                logits,
                norms,
                array(manager, values, rows.length, length),
                rows.length == size ? null : array(manager, chosen, rows.length, size));
    }

    /** Rows in memory that torch owns: the rounding of a matrix product depends on where its factors begin. */
    static NDArray array(NDManager manager, float[] values, int rows, int columns) {
        return Torch.tensor(manager, FloatBuffer.wrap(values), new Shape(rows, columns));
    }
}
