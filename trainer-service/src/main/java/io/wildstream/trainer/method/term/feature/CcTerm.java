// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.CcLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Correlation congruence: the samples of a minibatch shall correlate as the teacher's features do.
 *
 * <pre>
 * L = mean over all B^2 pairs of (K_s - K_t)^2
 * K = sum over p = 0..P of e^(-2 g) (2 g)^p / p! (f_i . f_j)^p      f unit features: a Gaussian kernel's Taylor expansion
 * </pre>
 *
 * <p>Peng et al., ICCV 2019; g = 0.4, P = 2. {@link CcEmbeddingTerm} is the other form in use. Sum it with {@code ce}.
 */
public record CcTerm(CcLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null) {
            return TermLoss.nothing(forward);
        }
        NDArray difference = kernel(forward.comparedFeatures()).sub(kernel(teacher));
        NDArray loss = difference.square().mean();
        return TermLoss.of("cc", loss);
    }

    private NDArray kernel(NDArray features) {
        NDArray unit = Losses.unitRows(features);
        NDArray cosine = unit.matMul(unit.transpose());
        double factor = Math.exp(-2 * spec.getGamma());
        NDArray power = cosine;
        NDArray sum = null; // the summand p = 0 is the same for both networks
        for (int p = 1; p <= spec.getOrder(); p++) {
            factor *= 2 * spec.getGamma() / p;
            NDArray summand = Losses.times(power, factor);
            sum = sum == null ? summand : sum.add(summand);
            power = power.mul(cosine);
        }
        return sum == null ? cosine : sum;
    }
}
