package io.wildstream.selector.policy;

/**
 * What a policy may look at: which record of {@code samples} it is, and what the teacher's logits say. Payload and features play no part.
 *
 * @param partition of the record in {@code samples}
 * @param offset of the record in that partition
 * @param noiseValue in [0, ln classes], see {@link NoiseValue}; small is useful
 * @param pseudoLabel argmax of the logits, in [0, classes)
 * @param classes number of logits, at least 1
 */
public record ScoredSample(int partition, long offset, double noiseValue, int pseudoLabel, int classes) {}
