// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.HeLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Hypersphere embedding: cross-entropy of logits on features of equal length.
 *
 * <pre>
 * L = H( y, softmax(r z/|f_s|) )      |f_s| held constant
 * </pre>
 *
 * <p>As compared in Xu, Rui, Li, Gu, ECCV 2020, equation 14; meant for fine-tuning a trained network. r is not given there.
 */
public record HeTerm(HeLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray norms = Losses.constant(Losses.norms(forward.student().features()));
        NDArray label = Losses.crossEntropy(forward.labels(), KdFnTerm.scaled(forward.logits(), norms, spec.getR()));
        return TermLoss.of("he", label);
    }
}
