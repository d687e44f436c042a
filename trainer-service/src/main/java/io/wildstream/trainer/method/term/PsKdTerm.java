// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.PsKdLoss;

/**
 * Progressive self-knowledge distillation: the targets are softened by what the student itself said an epoch ago, more and more.
 *
 * <pre>
 * L = H( (1 - alpha_t) y + alpha_t softmax(s), softmax(z) )      alpha_t = alpha t/N, t steps of N; alpha without an N
 *
 * s logits [B, K] of the student at its last refresh; until there is one, L = H(y, softmax(z))
 * </pre>
 *
 * <p>Kim, Ji, Yoon, Hwang, "Self-Knowledge Distillation with Progressive Refinement of Targets", ICCV 2021. A stream has no epochs: the
 * student is copied every so many steps, where the paper keeps each sample's last prediction.
 */
public record PsKdTerm(PsKdLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray self = forward.previous();
        NDArray loss = self == null
                ? Losses.crossEntropy(forward.labels(), forward.logits())
                : loss(forward.logits(), forward.labels(), self, spec.getAlpha() * forward.progress());
        return TermLoss.of("ps_kd", loss);
    }

    /** {@code H((1 - alpha) y + alpha softmax(s), softmax(z))}, a scalar. */
    static NDArray loss(NDArray logits, NDArray labels, NDArray self, double alpha) {
        NDArray target = Losses.times(labels, 1 - alpha).add(Losses.times(self.softmax(1), alpha));
        return Losses.crossEntropy(target, logits);
    }
}
