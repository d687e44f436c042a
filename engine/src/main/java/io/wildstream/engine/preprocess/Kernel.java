// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

/**
 * The fixed-point weights by which pixels of one axis become others: those that Pillow computes for channels of 8 bits.
 *
 * @param first for each new pixel, the first old one that counts
 * @param count and how many
 * @param offset where its weights begin
 * @param weights in units of 2^-{@link #PRECISION}
 */
@SuppressWarnings("ArrayRecordComponent")
record Kernel(int[] first, int[] count, int[] offset, int[] weights) {

    /** Bits behind the point: a sum has 8 bits of a pixel and two more, since weights may be negative or add up to more than 1. */
    static final int PRECISION = 32 - 8 - 2;

    static final int HALF = 1 << (PRECISION - 1);

    /**
     * The weights of a part of the new pixels.
     *
     * @param from length of the old axis
     * @param to length of the new one
     * @param start first new pixel that is wanted
     * @param length how many are wanted
     */
    static Kernel of(Interpolation interpolation, int from, int to, int start, int length) {
        double scale = (double) from / to;
        double filterScale = Math.max(scale, 1);
        double support = interpolation.support() * filterScale;
        double inverse = 1 / filterScale;
        int[] first = new int[length];
        int[] count = new int[length];
        int[] offset = new int[length];
        int total = 0;
        for (int i = 0; i < length; i++) {
            double center = (start + i + 0.5) * scale;
            first[i] = Math.max(0, (int) (center - support + 0.5));
            count[i] = Math.min(from, (int) (center + support + 0.5)) - first[i];
            offset[i] = total;
            total += count[i];
        }
        int[] weights = new int[total];
        for (int i = 0; i < length; i++) {
            double center = (start + i + 0.5) * scale;
            double[] exact = new double[count[i]];
            double sum = 0;
            for (int k = 0; k < exact.length; k++) {
                exact[k] = interpolation.weight((k + first[i] - center + 0.5) * inverse);
                sum += exact[k];
            }
            for (int k = 0; k < exact.length; k++) {
                weights[offset[i] + k] = fixed(sum == 0 ? exact[k] : exact[k] / sum);
            }
        }
        return new Kernel(first, count, offset, weights);
    }

    private static int fixed(double weight) {
        double scaled = weight * (1 << PRECISION);
        return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }

    /** The pixel that a sum of weighted pixels and {@link #HALF} stands for. */
    static int clip(int sum) {
        int value = sum >> PRECISION;
        return value < 0 ? 0 : Math.min(value, 255);
    }
}
