package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;

/**
 * Numbers as arrays for what has a gradient.
 *
 * <p>The library's own {@code mul(Number)}, {@code div(Number)} and the like make such an array too, but free it at once, while the
 * gradient's graph still points to its memory: after the next garbage collection the backward pass reads whatever lies there. An array
 * of this class lives as long as the step's scope.
 */
final class Scalars {

    private Scalars() {}

    /** A float64 scalar; an operation with a float32 array stays float32. */
    static NDArray of(NDArray neighbour, double value) {
        return neighbour.getManager().create(value);
    }
}
