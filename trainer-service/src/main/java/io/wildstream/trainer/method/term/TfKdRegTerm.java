// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.TfKdRegLoss;

/**
 * Teacher-free distillation from a virtual teacher that is right with probability a: labels are all it needs.
 *
 * <pre>
 * p_d(k) = a for k = y, else (1 - a)/(K - 1)
 * paper   L = (1 - alpha) H(y, softmax(z)) + alpha KL( softmax(p_d/T) || softmax(z/T) )
 * log p   the same with softmax(ln p_d / T)
 * code    L = (1 - alpha) H(y, softmax(z)) + alpha m/K KL( softmax(p_d/T) || softmax(z) )
 * </pre>
 *
 * <p>Yuan, Tay, Li, Wang, Feng, "Revisiting Knowledge Distillation via Label Smoothing Regularization", CVPR 2020, and its released code,
 * which averages over classes too and so needs a multiplier m: m = K undoes that.
 */
public record TfKdRegTerm(TfKdRegLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray label = Losses.times(Losses.crossEntropy(forward.labels(), forward.logits()), 1 - spec.getAlpha());
        NDArray virtual = Losses.times(divergence(forward), spec.getAlpha());
        return TermLoss.of(label.add(virtual), "tf_kd_reg.label", label, "tf_kd_reg.virtual", virtual);
    }

    private NDArray divergence(Forward forward) {
        double temperature = spec.getTemperature();
        NDArray teacher = virtualTeacher(forward.labels(), spec.getA());
        return switch (spec.getForm()) {
            case TF_KD_REG_FORM_PAPER -> Losses.softenedKl(teacher, forward.logits(), temperature);
            case TF_KD_REG_FORM_LOG_P -> Losses.softenedKl(teacher.log(), forward.logits(), temperature);
            default -> code(forward, teacher);
        };
    }

    private NDArray code(Forward forward, NDArray teacher) {
        NDArray softened =
                teacher.div(Scalars.of(teacher, spec.getTemperature())).logSoftmax(1);
        NDArray divergence = Losses.kl(softened, forward.logits().logSoftmax(1));
        return Losses.times(divergence, perClass(spec.getMultiplier(), forward));
    }

    /** m/K, or 1 for the multiplier 0. */
    static double perClass(double multiplier, Forward forward) {
        return multiplier == 0 ? 1 : multiplier / forward.labels().getShape().get(1);
    }

    /** Rows p_d [B, K]. */
    static NDArray virtualTeacher(NDArray labels, double a) {
        double other = (1 - a) / (labels.getShape().get(1) - 1);
        return Losses.plus(Losses.times(labels, a - other), other);
    }
}
