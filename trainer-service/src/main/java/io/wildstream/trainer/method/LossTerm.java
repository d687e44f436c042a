package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/** One summand of a student's loss, with the parameters that it learns besides the student's. Belongs to the training thread. */
interface LossTerm extends AutoCloseable {

    /** What the spec calls it. */
    TermCase kind();

    /** Takes the values of a later spec of the same kind; what was learned stays. */
    void configure(io.wildstream.contracts.v1.LossTerm spec);

    /**
     * The term's value, a scalar with gradient, without the term's weight.
     *
     * @param parts told the name and value of each part
     */
    NDArray loss(Forward forward, BiConsumer<String, NDArray> parts);

    /** What it learns besides the student, by name; empty for most. */
    SortedMap<String, NDArray> parameters();

    /** Adam's rate for {@link #parameters}. */
    double learningRate();

    /** Its learned parameters for a human's eye, as plain lists and numbers. */
    Map<String, Object> describe();

    /** Frees the parameters. */
    @Override
    void close();
}
