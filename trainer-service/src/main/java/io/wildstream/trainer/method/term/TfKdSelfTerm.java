// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.TfKdSelfLoss;

/**
 * Teacher-free distillation from the student's own trained copy.
 *
 * <pre>
 * L = (1 - alpha) H(y, softmax(z)) + alpha T^2 m/K KL( softmax(s/T) || softmax(z/T) )
 *
 * s logits of the copy [B, K]; until there is one, L = H(y, softmax(z))
 * </pre>
 *
 * <p>Yuan, Tay, Li, Wang, Feng, CVPR 2020, equation 7, with T^2 and multiplier m of the released code; m = K averages over the batch.
 */
public record TfKdSelfTerm(TfKdSelfLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray self = forward.previous();
        NDArray label = Losses.times(
                Losses.crossEntropy(forward.labels(), forward.logits()), self == null ? 1 : 1 - spec.getAlpha());
        if (self == null) {
            return TermLoss.of("tf_kd_self.label", label);
        }
        NDArray distillation = Losses.times(
                KdTerm.distillation(forward.logits(), self, spec.getTemperature()),
                spec.getAlpha() * TfKdRegTerm.perClass(spec.getMultiplier(), forward));
        return TermLoss.of(label.add(distillation), "tf_kd_self.label", label, "tf_kd_self.distillation", distillation);
    }
}
