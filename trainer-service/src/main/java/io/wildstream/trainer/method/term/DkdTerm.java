// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.wildstream.contracts.v1.DkdLoss;

/**
 * Decoupled knowledge distillation: what the teacher says of the label and what it says among the other classes, weighted apart.
 *
 * <pre>
 * L = min(step/warmup, 1) T^2 (alpha TCKD + beta NCKD)      p = softmax(z/T), q = softmax(v/T)
 *
 * TCKD = KL( (q_y, 1 - q_y) || (p_y, 1 - p_y) )
 * NCKD = KL of the softmax over the K - 1 classes other than y
 * </pre>
 *
 * <p>Zhao, Cui, Song, Qiu, Liang, CVPR 2022. Logarithms of 1 - p_y are taken without the subtraction, so that a certain network gives no
 * infinity. Sum it with {@code ce}.
 */
public record DkdTerm(DkdLoss spec) implements LossTerm {

    /** Takes the label out of a softmax, as the authors do. */
    private static final double OUT = 1000;

    private static final int[] COLUMNS = {1};

    @Override
    public TermLoss loss(Forward forward) {
        double temperature = spec.getTemperature();
        double factor = temperature * temperature * warmup(forward.step());
        NDArray z = forward.logits().div(Scalars.of(forward.logits(), temperature));
        NDArray v = forward.teacher().logits().div(Scalars.of(forward.logits(), temperature));
        NDArray target = Losses.times(target(z, v, forward.labels()), spec.getAlpha() * factor);
        NDArray others = Losses.times(others(z, v, forward.labels()), spec.getBeta() * factor);
        return TermLoss.of(target.add(others), "dkd.target", target, "dkd.others", others);
    }

    private double warmup(long step) {
        return spec.getWarmupSteps() == 0 ? 1 : Math.min(1, (double) step / spec.getWarmupSteps());
    }

    /** TCKD of logits that are divided by T, a scalar. */
    static NDArray target(NDArray z, NDArray v, NDArray labels) {
        return Losses.kl(binary(v, labels), binary(z, labels));
    }

    /** {@code (ln p_y, ln(1 - p_y))} [B, 2]. */
    private static NDArray binary(NDArray logits, NDArray labels) {
        NDArray all = logits.logSoftmax(1);
        NDArray own = all.mul(labels).sum(COLUMNS, true);
        // ln(1 - p_y) = ln p_k - ln(p_k / (1 - p_y)) for any class k other than y: their mean
        NDArray rest = Losses.plus(labels.neg(), 1);
        NDArray among = without(logits, labels).logSoftmax(1);
        NDArray other = Losses.times(
                all.sub(among).mul(rest).sum(COLUMNS, true),
                1.0 / (labels.getShape().get(1) - 1));
        return NDArrays.concat(new NDList(own, other), 1);
    }

    /** NCKD of logits that are divided by T, a scalar. */
    static NDArray others(NDArray z, NDArray v, NDArray labels) {
        return Losses.kl(without(v, labels).logSoftmax(1), without(z, labels).logSoftmax(1));
    }

    private static NDArray without(NDArray logits, NDArray labels) {
        return logits.sub(Losses.times(labels, OUT));
    }
}
