// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.RowNorm;
import io.wildstream.contracts.v1.SpLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.Scalars;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Similarity-preserving distillation: samples that are alike for the teacher shall be alike for the student.
 *
 * <pre>
 * L = sum (G_s - G_t)^2 / B^2      G = F F^T, each row divided by its L2 norm
 * </pre>
 *
 * <p>Tung, Mori, ICCV 2019, on penultimate features. torchdistill divides by the L1 norm: {@code ROW_NORM_L1}. Sum it with {@code ce}.
 */
public record SpTerm(SpLoss spec) implements LossTerm {

    private static final int[] COLUMNS = {1};

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null) {
            return TermLoss.nothing(forward);
        }
        NDArray loss = loss(forward.comparedFeatures(), teacher, spec.getRowNorm());
        return TermLoss.of("sp", loss);
    }

    /** The loss of features [B, D], a scalar. */
    static NDArray loss(NDArray student, NDArray teacher, RowNorm norm) {
        return similarities(student, norm)
                .sub(similarities(teacher, norm))
                .square()
                .mean();
    }

    private static NDArray similarities(NDArray features, RowNorm norm) {
        NDArray gram = features.matMul(features.transpose());
        if (norm == RowNorm.ROW_NORM_L1) {
            NDArray sums = gram.abs().sum(COLUMNS, true);
            return gram.div(sums.maximum(Scalars.of(sums, 1e-12)));
        }
        return Losses.unitRows(gram);
    }
}
