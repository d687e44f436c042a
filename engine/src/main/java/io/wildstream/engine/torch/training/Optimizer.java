// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch.training;

import ai.djl.ndarray.NDList;

/** Moves parameters against their gradients; owns its moments, so that they can be saved and put back. */
public interface Optimizer extends AutoCloseable {

    /** One update with this learning rate, which may be 0; gradients stay as they are. */
    void step(double learningRate);

    /** The moments with their names, sorted; in place, not copies: write it with {@link TensorFile}. */
    NDList state();

    /**
     * Overwrites the moments by name.
     *
     * @throws IllegalArgumentException when a name is missing or has another shape
     */
    void restore(NDList state);

    /** Frees the moments. */
    @Override
    void close();
}
