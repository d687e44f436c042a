// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.PktLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Probabilistic knowledge transfer: the chance of meeting sample j from sample i shall be the teacher's.
 *
 * <pre>
 * L = mean over all B^2 pairs of P_t ln((P_t + e) / (P_s + e))      e = 1e-7
 *
 * P rows (cos + 1)/2 divided by their sum, the diagonal within; cos of f_i and f_j
 * </pre>
 *
 * <p>Passalis, Tefas, ECCV 2018, and the authors' code. Sum it with {@code ce}.
 */
public record PktTerm(PktLoss spec) implements LossTerm {

    private static final double EPSILON = 1e-7;
    private static final int[] COLUMNS = {1};

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null) {
            return TermLoss.nothing(forward);
        }
        NDArray loss = loss(forward.comparedFeatures(), teacher);
        return TermLoss.of("pkt", loss);
    }

    /** The loss of features [B, D], a scalar. */
    static NDArray loss(NDArray student, NDArray teacher) {
        NDArray p = probabilities(teacher);
        NDArray q = probabilities(student);
        return p.mul(Losses.plus(p, EPSILON).div(Losses.plus(q, EPSILON)).log()).mean();
    }

    private static NDArray probabilities(NDArray features) {
        NDArray unit = features.div(Losses.plus(Losses.norms(features), EPSILON));
        NDArray similarity = Losses.plus(Losses.times(unit.matMul(unit.transpose()), 0.5), 0.5);
        return similarity.div(similarity.sum(COLUMNS, true));
    }
}
