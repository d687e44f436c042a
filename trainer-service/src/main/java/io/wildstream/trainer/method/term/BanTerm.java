// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.BanLoss;

/**
 * Born-again networks: each generation of a student is taught by the one before it.
 *
 * <pre>
 * L = H(y, softmax(z)) + T^2 KL( softmax(s/T) || softmax(z/T) )
 *
 * s logits [B, K] of the generation before; the first has L = H(y, softmax(z))
 * </pre>
 *
 * <p>Furlanello, Lipton, Tschannen, Itti, Anandkumar, ICML 2018.
 */
public record BanTerm(BanLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray label = Losses.crossEntropy(forward.labels(), forward.logits());
        NDArray self = forward.previous();
        if (self == null) {
            return TermLoss.of("ban.label", label);
        }
        NDArray distillation = KdTerm.distillation(forward.logits(), self, spec.getTemperature());
        return TermLoss.of(label.add(distillation), "ban.label", label, "ban.distillation", distillation);
    }
}
