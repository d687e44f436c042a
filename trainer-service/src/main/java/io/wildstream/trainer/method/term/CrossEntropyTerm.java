// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;

/** {@code H(y, softmax(z))}: learning from labels alone, and the first summand of most sums. */
public record CrossEntropyTerm() implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray label = Losses.crossEntropy(forward.labels(), forward.logits());
        return TermLoss.of("ce", label);
    }
}
