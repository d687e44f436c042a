// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * What a policy may look at: which record of {@code samples} it is, where it is from, and what the teacher says of it. Payload and
 * features play no part.
 *
 * @param partition of the record in {@code samples}
 * @param offset of the record in that partition
 * @param noiseValue in [0, ln classes], see {@link NoiseValue}; small is useful
 * @param pseudoLabel argmax of the logits, in [0, classes)
 * @param classes number of logits, at least 1
 * @param source where the sample came from; for bounds on shares only
 * @param score what the policy ranks by, at least 0: the noise value unless the policy says otherwise
 */
public record ScoredSample(
        int partition, long offset, double noiseValue, int pseudoLabel, int classes, String source, double score) {

    /** A sample of no source that is ranked by its noise value. */
    public ScoredSample(int partition, long offset, double noiseValue, int pseudoLabel, int classes) {
        this(partition, offset, noiseValue, pseudoLabel, classes, "", noiseValue);
    }

    /** The same sample ranked by something else. */
    public ScoredSample withScore(double other) {
        return new ScoredSample(partition, offset, noiseValue, pseudoLabel, classes, source, other);
    }
}
