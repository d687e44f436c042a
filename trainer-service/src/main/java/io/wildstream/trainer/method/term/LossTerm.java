// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import java.util.function.BiConsumer;

/** One summand of a student's loss. */
public interface LossTerm {

    /**
     * The term's value, a scalar with gradient, without the term's weight.
     *
     * @param parts told the name and value of each part that is worth a line of its own
     */
    NDArray loss(Forward forward, BiConsumer<String, NDArray> parts);
}
