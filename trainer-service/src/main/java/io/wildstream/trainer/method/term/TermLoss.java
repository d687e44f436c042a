// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * What a loss term comes to on one minibatch; the arrays belong to the step.
 *
 * @param value a scalar with gradient
 * @param parts the scalars that are reported, by name
 */
public record TermLoss(NDArray value, Map<String, NDArray> parts) {

    /** A term that has nothing to compare in this minibatch. */
    public static TermLoss nothing(Forward forward) {
        return new TermLoss(Losses.nothing(forward), Map.of());
    }

    /** A term of one part, which is its value. */
    public static TermLoss of(String name, NDArray value) {
        return new TermLoss(value, Map.of(name, value));
    }

    /** A term of two parts. */
    public static TermLoss of(NDArray value, String name, NDArray part, String otherName, NDArray otherPart) {
        return new TermLoss(value, Map.of(name, part, otherName, otherPart));
    }
}
