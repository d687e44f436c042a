// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;

/**
 * The cut and flip that a view stands for: a pure function of its fields, equal in every process.
 *
 * <p>The image is padded with black by {@code pad} pixels on each side, a crop of the original size is taken at an offset drawn from
 * the seed, and then, with probability 1/2, columns are mirrored.
 *
 * @param top row of the padded image where the crop begins, in [0, 2 pad]
 * @param left column of the padded image where the crop begins, in [0, 2 pad]
 * @param pad padding on each side, in pixels
 * @param flipped whether columns are mirrored
 */
record ViewTransform(int top, int left, int pad, boolean flipped) {

    /** Most padding that a view may ask for: more would cut the image away. */
    private static final int MAX_PAD = 64;

    static final ViewTransform IDENTITY = new ViewTransform(0, 0, 0, false);

    static ViewTransform of(View view) {
        if (view.getPad() == 0 && !view.getFlip()) {
            return IDENTITY;
        }
        int pad = (int) Math.min(Integer.toUnsignedLong(view.getPad()), MAX_PAD);
        int choices = 2 * pad + 1;
        int top = (int) Long.remainderUnsigned(draw(view.getSeed(), 1), choices);
        int left = (int) Long.remainderUnsigned(draw(view.getSeed(), 2), choices);
        boolean flipped = view.getFlip() && draw(view.getSeed(), 3) < 0;
        return new ViewTransform(top, left, pad, flipped);
    }

    boolean isIdentity() {
        return top == pad && left == pad && !flipped;
    }

    /** For each value of the seen image, channels first, its position in the original; -1 for the black outside. */
    int[] sources(ImageShape shape) {
        int height = shape.height();
        int width = shape.width();
        int[] sources = new int[shape.values()];
        for (int row = 0; row < shape.channels() * height; row++) {
            int sourceRow = row % height + top - pad;
            int sourceStart = (row - row % height + sourceRow) * width;
            for (int column = 0; column < width; column++) {
                int sourceColumn = (flipped ? width - 1 - column : column) + left - pad;
                boolean inside = sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width;
                sources[row * width + column] = inside ? sourceStart + sourceColumn : -1;
            }
        }
        return sources;
    }

    /** The n-th draw of a seed: the finaliser of SplitMix64. */
    private static long draw(long seed, int n) {
        long z = seed + n * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
