// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * DFND's noise value of a sample: the cross-entropy of the teacher's softmax against its own argmax at temperature 1,
 * {@code -ln max_k softmax(v)_k}, in [0, ln K] (Chen et al., Learning Student Networks in the Wild, CVPR 2021, eq. 4).
 *
 * <p>Computed as {@code log1p(sum over k != argmax of exp(v_k - v_max))} in float64: nothing is subtracted from 1, so that confident
 * samples keep their order down to 1e-300, where a softmax in float32 has them all tie at 0.
 */
public final class NoiseValue {

    private NoiseValue() {}

    /** Index of the largest logit, the lowest one among equals. */
    public static int pseudoLabel(float[] logits) {
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            if (logits[k] > logits[best]) {
                best = k;
            }
        }
        return best;
    }

    /** The noise value, given {@link #pseudoLabel}; all logits finite. */
    public static double of(float[] logits, int pseudoLabel) {
        double sum = 0;
        double max = logits[pseudoLabel];
        for (int k = 0; k < logits.length; k++) {
            if (k != pseudoLabel) {
                sum += Math.exp(logits[k] - max);
            }
        }
        return Math.log1p(sum);
    }

    /** The noise value of float64 logits. */
    public static double of(double[] logits) {
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            if (logits[k] > logits[best]) {
                best = k;
            }
        }
        double sum = 0;
        for (int k = 0; k < logits.length; k++) {
            if (k != best) {
                sum += Math.exp(logits[k] - logits[best]);
            }
        }
        return Math.log1p(sum);
    }
}
