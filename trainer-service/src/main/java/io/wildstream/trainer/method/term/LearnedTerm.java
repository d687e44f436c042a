// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A term with parameters that are learned beside the student's, by Adam. Belongs to the training thread. */
public interface LearnedTerm extends LossTerm, AutoCloseable {

    /** Takes the values of a later spec of the same kind and keeps what was learned; false when that does not fit them any more. */
    boolean configure(io.wildstream.contracts.v1.LossTerm later);

    /** What it learns, by name. */
    SortedMap<String, NDArray> parameters();

    /** Adam's rate for {@link #parameters}. */
    double learningRate();

    /** Its learned parameters as plain lists and numbers, to be read by people. */
    default Map<String, Object> describe() {
        return Map.of();
    }

    /** The noise adaptation matrix Q that it learns, row by row; empty when it learns none. */
    default List<List<Float>> noiseMatrix() {
        return List.of();
    }

    /** Frees the parameters. */
    @Override
    void close();
}
