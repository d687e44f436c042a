// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A training forward and what is known of the same images; all arrays belong to the step. Only the student's and the peer's have
 * gradients.
 *
 * @param student the network that learns
 * @param labels indicator rows [B, K] of the class that is taken for the truth
 * @param teacher the teacher's outputs
 * @param previous logits [B, K] of the student's previous generation; null before there is one and where no term needs it
 * @param peer logits [B, K] of the network that learns beside the student; null where no term needs it
 * @param classifierBias bias [K] of the student's last linear layer; null when it has none
 * @param progress step of the student divided by its last one, in [0, 1]; 1 without a last one
 * @param step steps before this one
 */
public record Forward(
        Outputs student,
        NDArray labels,
        Teacher teacher,
        @Nullable NDArray previous,
        @Nullable NDArray peer,
        @Nullable NDArray classifierBias,
        double progress,
        long step) {

    /**
     * What a network gives.
     *
     * @param logits [B, K]
     * @param features [B, D], the input of the last linear layer
     */
    public record Outputs(NDArray logits, NDArray features) {}

    /**
     * The teacher's outputs.
     *
     * @param logits [B, K]
     * @param norms Euclidean norms [B, 1] of its features
     * @param features [b, D] of those b images that have some; null when none has
     * @param rows indicator rows [b, B] of these images; null when all have features
     */
    public record Teacher(
            NDArray logits,
            NDArray norms,
            @Nullable NDArray features,
            @Nullable NDArray rows) {}

    /** The student's logits. */
    public NDArray logits() {
        return student.logits();
    }

    /** The student's features of the images that have teacher features, row by row those of the teacher. */
    public NDArray comparedFeatures() {
        NDArray rows = teacher.rows();
        return rows == null ? student.features() : rows.matMul(student.features());
    }
}
