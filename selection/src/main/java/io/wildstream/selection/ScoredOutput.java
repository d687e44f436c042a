// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * What a teacher predicts for one sample, scored: all that a policy may look at.
 *
 * @param sample ranked by its noise value
 * @param logits all finite, at least one
 * @param featureNorm Euclidean norm of the features, at least 0
 */
@SuppressWarnings("ArrayRecordComponent")
public record ScoredOutput(ScoredSample sample, float[] logits, double featureNorm) {

    /**
     * Scores the logits of one sample.
     *
     * @param partition of the sample's record in {@code samples}
     * @param offset of the record in that partition
     * @param source where the sample came from, or empty
     */
    public static ScoredOutput of(int partition, long offset, float[] logits, double featureNorm, String source) {
        int pseudoLabel = NoiseValue.pseudoLabel(logits);
        double noise = NoiseValue.of(logits, pseudoLabel);
        ScoredSample sample = new ScoredSample(partition, offset, noise, pseudoLabel, logits.length, source, noise);
        return new ScoredOutput(sample, logits, featureNorm);
    }
}
