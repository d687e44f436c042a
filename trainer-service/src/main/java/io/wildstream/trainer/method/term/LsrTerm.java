// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.LsrLoss;

/**
 * Label smoothing regularisation.
 *
 * <pre>
 * L = H( (1 - alpha) y + alpha u, softmax(z) )      u = 1/K on every class
 * </pre>
 *
 * <p>Szegedy et al., CVPR 2016. The released Tf-KD code spreads alpha over the other K - 1 classes: {@code others_only}.
 */
public record LsrTerm(LsrLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray loss = Losses.crossEntropy(
                smoothed(forward.labels(), spec.getAlpha(), spec.getOthersOnly()), forward.logits());
        return TermLoss.of("lsr", loss);
    }

    /** Target rows [B, K]. */
    static NDArray smoothed(NDArray labels, double alpha, boolean othersOnly) {
        long classes = labels.getShape().get(1);
        double other = alpha / (othersOnly ? classes - 1 : classes);
        double own = 1 - alpha + (othersOnly ? 0 : other);
        return Losses.plus(Losses.times(labels, own - other), other);
    }
}
