// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Numbers as arrays for what has a gradient.
 *
 * <p>The library's own {@code mul(Number)}, {@code div(Number)} and the like make such an array too, but free it at once, while the
 * gradient's graph still points to its memory: after the next garbage collection the backward pass reads whatever is there. An array
 * of this class lives as long as the step's scope.
 */
public final class Scalars {

    private Scalars() {}

    /** A float64 scalar; an operation with a float32 array stays float32. */
    public static NDArray of(NDArray neighbour, double value) {
        return neighbour.getManager().create(value);
    }

    /** A vector in the neighbour's precision. */
    public static NDArray vector(NDArray neighbour, List<Double> values) {
        double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
        return neighbour.getManager().create(numbers).toType(neighbour.getDataType(), false);
    }
}
