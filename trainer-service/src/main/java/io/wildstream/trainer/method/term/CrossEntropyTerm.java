// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import java.util.function.BiConsumer;

/** {@code H(y, softmax(z))}: learning from labels alone, and the first summand of most sums. */
record CrossEntropyTerm() implements LossTerm {

    @Override
    public NDArray loss(Forward forward, BiConsumer<String, NDArray> parts) {
        NDArray label = Losses.crossEntropy(forward.labels(), forward.logits());
        parts.accept("ce", label);
        return label;
    }
}
