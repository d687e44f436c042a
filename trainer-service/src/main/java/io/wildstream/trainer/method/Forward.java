package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;

/**
 * A training forward and what the teacher said of the same images; all arrays belong to the step.
 *
 * @param logits the student's [B, K], with gradient
 * @param features the student's [B, D], with gradient
 * @param teacherLogits [B, K]
 * @param pseudoLabels indicator rows [B, K] of the class that the teacher names
 */
public record Forward(NDArray logits, NDArray features, NDArray teacherLogits, NDArray pseudoLabels) {}
