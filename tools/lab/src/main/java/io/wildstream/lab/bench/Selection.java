// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

/**
 * A class-balanced keep-rate rule in its plainest form: each pseudo-label has an equal share of the kept samples, those of smallest noise
 * value among the last ones of its class. It costs about what the selector's does; the selector itself is another program.
 */
final class Selection {

    private static final int WINDOW = 512;

    private final double rate;
    private final double[][] recent;
    private final long[] seen;
    private long all;

    Selection(double rate, int classes) {
        this.rate = rate;
        this.recent = new double[classes][WINDOW];
        this.seen = new long[classes];
    }

    /** The pseudo-label of the K logits from this index on when the sample is kept, else -1. */
    int keep(float[] logits, int from) {
        int classes = seen.length;
        int label = 0;
        for (int k = 1; k < classes; k++) {
            label = logits[from + k] > logits[from + label] ? k : label;
        }
        double noise = noiseValue(logits, from, label, classes);
        int window = (int) Math.min(WINDOW, seen[label]);
        int smaller = 0;
        for (int i = 0; i < window; i++) {
            smaller += recent[label][i] < noise ? 1 : 0;
        }
        recent[label][(int) (seen[label]++ % WINDOW)] = noise;
        all++;
        double share = rate / classes * all / seen[label];
        return smaller < share * Math.max(1, window) ? label : -1;
    }

    /** {@code -ln max softmax(v) = log1p(sum over the other classes of exp(v_k - v_max))}. */
    static double noiseValue(float[] logits, int from, int label, int classes) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += k == label ? 0 : Math.exp((double) logits[from + k] - logits[from + label]);
        }
        return Math.log1p(sum);
    }
}
