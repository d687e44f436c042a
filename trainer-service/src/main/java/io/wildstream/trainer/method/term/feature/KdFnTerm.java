// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.KdFnLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.Scalars;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Feature-normalised knowledge distillation: the norm of a sample's features takes the temperature's place.
 *
 * <pre>
 * paper   L = H(y, softmax(z)) + lambda^2 H( softmax(tau v/|f_t|), softmax(tau z/|f_s|) )         |f_s| held constant
 * code    L = H(y, softmax(z)) + lambda^2 H( softmax(c(v, f_t)), softmax(c(z, f_s)) )
 *         c(z, f) = min(|f|, tau)/|f| (z - b) + b        the clipped norm held constant, 1/|f| not
 *
 * z, f_s student logits [B, K] and features [B, D]   v, f_t the teacher's   b bias of the network's last linear layer [K]
 * </pre>
 *
 * <p>Xu, Rui, Li, Gu, "Feature Normalized Knowledge Distillation for Image Classification", ECCV 2020, and its released code, which
 * clips instead. Of the teacher it needs logits and norms only.
 */
public record KdFnTerm(KdFnLoss spec) implements LossTerm {

    private static final double NO_NORM = 1e-6;

    @Override
    public TermLoss loss(Forward forward) {
        NDArray label = Losses.crossEntropy(forward.labels(), forward.logits());
        NDArray features = Losses.times(
                spec.getForm() == KdFnForm.KD_FN_FORM_CODE ? clipped(forward) : normalised(forward),
                spec.getLambda() * spec.getLambda());
        return TermLoss.of(label.add(features), "kd_fn.label", label, "kd_fn.features", features);
    }

    private NDArray normalised(Forward forward) {
        NDArray z = scaled(
                forward.logits(), Losses.constant(Losses.norms(forward.student().features())), spec.getTau());
        NDArray v = scaled(forward.teacher().logits(), forward.teacher().norms(), spec.getTau());
        return Losses.crossEntropy(v.softmax(1), z);
    }

    /** {@code tau z/|f|} [B, K]; z itself where |f| is 0. */
    static NDArray scaled(NDArray logits, NDArray norms, double tau) {
        return Losses.times(logits, tau).div(norms.mul(some(norms)).add(Losses.times(none(norms), tau)));
    }

    private NDArray clipped(Forward forward) {
        NDArray studentBias = forward.classifierBias();
        NDArray zeros = forward.logits()
                .getManager()
                .zeros(new Shape(forward.labels().getShape().get(1)));
        NDArray teacherBias =
                spec.getTeacherBiasCount() == 0 ? zeros : Scalars.vector(forward.logits(), spec.getTeacherBiasList());
        NDArray z = clipped(
                forward.logits(),
                Losses.norms(forward.student().features()),
                studentBias == null ? zeros : studentBias,
                spec.getTau());
        NDArray v = clipped(forward.teacher().logits(), forward.teacher().norms(), teacherBias, spec.getTau());
        return Losses.crossEntropy(v.softmax(1), z);
    }

    /** {@code min(|f|, c)/|f| (z - b) + b} [B, K]; z itself where |f| is 0. */
    static NDArray clipped(NDArray logits, NDArray norms, NDArray bias, double clip) {
        NDArray safe = norms.mul(some(norms)).add(none(norms));
        NDArray length = Losses.constant(safe.minimum(Scalars.of(norms, clip)));
        return logits.sub(bias).mul(length).div(safe).add(bias);
    }

    /** 1 where there is a norm to divide by, else 0 [B, 1]. */
    private static NDArray some(NDArray norms) {
        return norms.gt(NO_NORM).toType(norms.getDataType(), false);
    }

    private static NDArray none(NDArray norms) {
        return norms.lte(NO_NORM).toType(norms.getDataType(), false);
    }
}
