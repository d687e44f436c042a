// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.DistLoss;

/**
 * Distillation from a stronger teacher: the student's probabilities shall correlate with the teacher's, sample by sample and class by
 * class.
 *
 * <pre>
 * L = T^2 ( beta (1 - mean_i r(p_i, q_i)) + gamma (1 - mean_k r(p_.k, q_.k)) )      p = softmax(z/T), q = softmax(v/T)
 *
 * r Pearson's correlation, its denominator plus 1e-8; p_i row of a sample, p_.k column of a class over the minibatch
 * </pre>
 *
 * <p>Huang, You, Wang, Qian, Xu, NeurIPS 2022; T^2 is in the authors' code. Sum it with {@code ce}.
 */
public record DistTerm(DistLoss spec) implements LossTerm {

    private static final double EPSILON = 1e-8;
    private static final int[] COLUMNS = {1};

    @Override
    public TermLoss loss(Forward forward) {
        double temperature = spec.getTemperature();
        NDArray p = Losses.softened(forward.logits(), temperature);
        NDArray q = Losses.softened(forward.teacher().logits(), temperature);
        double factor = temperature * temperature;
        NDArray samples = Losses.times(distance(p, q), spec.getBeta() * factor);
        NDArray classes = Losses.times(distance(p.transpose(), q.transpose()), spec.getGamma() * factor);
        return TermLoss.of(samples.add(classes), "dist.samples", samples, "dist.classes", classes);
    }

    /** {@code 1 - mean of the rows' correlations}, a scalar. */
    static NDArray distance(NDArray p, NDArray q) {
        NDArray a = p.sub(p.mean(COLUMNS, true));
        NDArray b = q.sub(q.mean(COLUMNS, true));
        NDArray product = a.mul(b).sum(COLUMNS, true);
        NDArray correlation = product.div(Losses.plus(Losses.norms(a).mul(Losses.norms(b)), EPSILON));
        return Losses.plus(correlation.mean().neg(), 1);
    }
}
