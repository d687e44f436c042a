// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Data-free noisy distillation (DFND): knowledge distillation on wild images, plus cross-entropy to the teacher's own label through a
 * noise adaptation matrix that absorbs the label's errors. Pure functions of arrays, in the precision of their arguments.
 *
 * <p>Chen, Guo, Wang, Xu, Wang et al., "Learning Student Networks in the Wild", CVPR 2021.
 *
 * <p>Not for labelled data: where labels are right, Q only blurs them.
 *
 * <pre>
 * L = T^2 KL( softmax(v/T) || softmax(z/T) ) + mean( -ln (softmax(z) Q)_y )
 *
 * z   student logits [B, K]                 v   teacher logits [B, K]
 * T   temperature, 4 in the paper           y   pseudo-label argmax v, as K-wide indicator rows [B, K]
 * Q   noise adaptation matrix [K, K], Q_ij = P(pseudo-label j | true class i), row-stochastic
 *     Q_ii = a_i fixed, the teacher's accuracy (overall or per class); off-diagonals (1 - a_i) softmax(R_i)
 * R   what is learned [K, K-1], zeros at the start, row i in column order without column i
 * KL is summed over classes and averaged over the batch; logarithms are natural.
 * </pre>
 */
public final class DfndLoss {

    /** Smallest probability whose logarithm is taken: an off-diagonal of Q can underflow. */
    static final double MIN_PROBABILITY = 1e-12;

    private DfndLoss() {}

    /** {@code T^2 KL(softmax(v/T) || softmax(z/T))}, a scalar. */
    public static NDArray distillation(NDArray studentLogits, NDArray teacherLogits, double temperature) {
        return KdTerm.distillation(studentLogits, teacherLogits, temperature);
    }

    /**
     * As {@link #distillation(NDArray, NDArray, double)} over the {@code floor(ratio B)} samples of smallest noise value, still divided
     * by B: selection within a minibatch, as https://github.com/open-mmlab/mmrazor does.
     *
     * @param ratio in (0, 1]
     */
    public static NDArray distillation(NDArray studentLogits, NDArray teacherLogits, double temperature, double ratio) {
        if (ratio >= 1) {
            return distillation(studentLogits, teacherLogits, temperature);
        }
        NDArray kept = leastNoise(teacherLogits, ratio);
        // equal rows have no divergence
        NDArray student =
                studentLogits.mul(kept).add(teacherLogits.mul(kept.neg().add(1)));
        return distillation(student, teacherLogits, temperature);
    }

    /** 1 for the samples of smallest noise value, else 0 [B, 1]. */
    private static NDArray leastNoise(NDArray teacherLogits, double ratio) {
        int size = (int) teacherLogits.getShape().get(0);
        double[] confidence = teacherLogits
                .logSoftmax(1)
                .max(new int[] {1})
                .toType(DataType.FLOAT64, false)
                .toDoubleArray();
        double[] kept = new double[size];
        IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(sample -> -confidence[sample]))
                .limit((long) (ratio * size))
                .forEach(sample -> kept[sample] = 1);
        return teacherLogits.getManager().create(kept, new Shape(size, 1)).toType(teacherLogits.getDataType(), false);
    }

    /** {@code mean(-ln (softmax(z) Q)_y)}, a scalar. */
    public static NDArray noisyLabel(NDArray studentLogits, NDArray q, NDArray pseudoLabels) {
        NDArray probabilities =
                studentLogits.softmax(1).matMul(q).mul(pseudoLabels).sum(new int[] {1});
        return probabilities
                .maximum(Scalars.of(q, MIN_PROBABILITY))
                .log()
                .mean()
                .neg();
    }

    /**
     * Q of its learned part.
     *
     * @param raw R [K, K-1]
     * @param diagonal a [K, 1], each in (0, 1)
     */
    public static NDArray q(NDArray raw, NDArray diagonal) {
        long classes = raw.getShape().get(0);
        NDArray rest = diagonal.neg().add(1);
        NDArray offDiagonal = raw.softmax(1).mul(rest);
        // Read row by row after Q_00, Q is K off-diagonals and one diagonal element, K-1 times over.
        NDArray rows = offDiagonal.reshape(new Shape(classes - 1, classes));
        NDArray after = NDArrays.concat(new NDList(rows, diagonal.get("1:")), 1);
        NDArray all = NDArrays.concat(new NDList(diagonal.get("0"), after.flatten()), 0);
        return all.reshape(new Shape(classes, classes));
    }
}
