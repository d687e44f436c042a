// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.KdLoss;

/**
 * Knowledge distillation: the student follows the teacher's softened probabilities.
 *
 * <pre>
 * L = (1 - alpha) H(y, softmax(z)) + alpha T^2 KL( softmax(v/T) || softmax(z/T) )
 *
 * z student logits [B, K]   v teacher logits [B, K]   y label   T temperature
 * </pre>
 *
 * <p>Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015. KL is summed over classes and averaged over the batch.
 */
public record KdTerm(KdLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray label = Losses.times(Losses.crossEntropy(forward.labels(), forward.logits()), 1 - spec.getAlpha());
        NDArray distillation = Losses.times(
                distillation(forward.logits(), forward.teacher().logits(), spec.getTemperature()), spec.getAlpha());
        return TermLoss.of(label.add(distillation), "kd.label", label, "kd.distillation", distillation);
    }

    /** {@code T^2 KL(softmax(v/T) || softmax(z/T))}, a scalar. */
    static NDArray distillation(NDArray student, NDArray teacher, double temperature) {
        return Losses.softenedKl(teacher, student, temperature, temperature * temperature);
    }
}
