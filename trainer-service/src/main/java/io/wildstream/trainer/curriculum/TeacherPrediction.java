// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

/**
 * What the teacher predicts for a sample. The arrays are not copied and must not be changed.
 *
 * @param logits K finite values
 * @param features D finite values, the input of its last linear layer; none when it left them out
 * @param featureNorm their Euclidean norm, at least 0
 * @param pseudoLabel the class that it names, in [0, K)
 * @param digest SHA-256 of its model file
 */
@SuppressWarnings("ArrayRecordComponent")
public record TeacherPrediction(float[] logits, float[] features, float featureNorm, int pseudoLabel, String digest) {}
