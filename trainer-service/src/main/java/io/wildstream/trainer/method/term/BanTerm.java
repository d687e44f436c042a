// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.BanLoss;
import java.util.function.BiConsumer;

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
record BanTerm(BanLoss spec) implements LossTerm {

    @Override
    public NDArray loss(Forward forward, BiConsumer<String, NDArray> parts) {
        NDArray label = Losses.crossEntropy(forward.labels(), forward.logits());
        parts.accept("ban.label", label);
        NDArray self = forward.self();
        if (self == null) {
            return label;
        }
        NDArray distillation = KdTerm.distillation(forward.logits(), self, spec.getTemperature());
        parts.accept("ban.distillation", distillation);
        return label.add(distillation);
    }
}
