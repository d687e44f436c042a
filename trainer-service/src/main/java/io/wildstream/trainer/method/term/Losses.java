// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;

/** What several terms are made of. Rows are samples; logarithms are natural; results are averaged over the batch. */
public final class Losses {

    /** Squared length below which a vector has no direction. */
    private static final double NO_LENGTH = 1e-24;
    private static final int[] COLUMNS = {1};

    private Losses() {}

    /** {@code H(target, softmax(logits))}, a scalar; target rows [B, K] sum to 1. */
    public static NDArray crossEntropy(NDArray target, NDArray logits) {
        return times(
                target.mul(logits.logSoftmax(1)).sum(), -1.0 / logits.getShape().get(0));
    }

    /** {@code KL(p || q)} of logarithms of probabilities [B, K], a scalar; 0 ln 0 = 0. */
    static NDArray kl(NDArray logP, NDArray logQ) {
        return kl(logP, logQ, 1);
    }

    private static NDArray kl(NDArray logP, NDArray logQ, double factor) {
        return times(
                logP.exp().mul(logP.sub(logQ)).sum(), factor / logQ.getShape().get(0));
    }

    /** {@code KL(softmax(t/T) || softmax(s/T))}, a scalar. */
    static NDArray softenedKl(NDArray teacher, NDArray student, double temperature) {
        return softenedKl(teacher, student, temperature, 1);
    }

    /** The same times a factor. */
    static NDArray softenedKl(NDArray teacher, NDArray student, double temperature, double factor) {
        NDArray t = Scalars.of(student, temperature);
        return kl(teacher.div(t).logSoftmax(1), student.div(t).logSoftmax(1), factor);
    }

    /** {@code softmax(logits / T)} [B, K]. */
    static NDArray softened(NDArray logits, double temperature) {
        return logits.div(Scalars.of(logits, temperature)).softmax(1);
    }

    public static NDArray times(NDArray value, double factor) {
        return value.mul(Scalars.of(value, factor));
    }

    public static NDArray plus(NDArray value, double summand) {
        return value.add(Scalars.of(value, summand));
    }

    /** The array as a constant: nothing is learned through it. */
    public static NDArray constant(NDArray value) {
        return value.stopGradient();
    }

    /** Euclidean norm of each row [B, 1]; its gradient at a row of zeros is 0. */
    public static NDArray norms(NDArray rows) {
        NDArray squares = rows.square().sum(COLUMNS, true);
        return squares.maximum(Scalars.of(squares, NO_LENGTH)).sqrt();
    }

    /** Rows of length 1; a row of zeros stays. */
    public static NDArray unitRows(NDArray rows) {
        return rows.div(norms(rows));
    }

    /** A constant 0 that depends on the student, so that a step without anything to compare has a gradient of zeros. */
    public static NDArray nothing(Forward forward) {
        return times(forward.logits().sum(), 0);
    }
}
