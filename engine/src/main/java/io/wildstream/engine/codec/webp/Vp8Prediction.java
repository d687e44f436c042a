// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.util.Arrays;

/** What the pixels around a block let expect of it, and what the coefficients add. */
final class Vp8Prediction {

    /** Modes of blocks of 4 x 4; the first four are those of larger ones too. */
    static final int DC = 0;

    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;
    static final int RIGHT_DOWN = 4;
    static final int VERTICAL_RIGHT = 5;
    static final int LEFT_DOWN = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;

    private Vp8Prediction() {}

    /**
     * Predicts a block of 16 x 16 or 8 x 8.
     *
     * @param hasTop whether there are pixels above it, within the picture
     * @param hasLeft whether there are pixels on its left
     */
    static void large(Plane plane, int at, int size, int mode, boolean hasTop, boolean hasLeft) {
        byte[] pixels = plane.pixels;
        int stride = plane.stride;
        switch (mode) {
            case DC -> fill(plane, at, size, mean(plane, at, size, hasTop, hasLeft));
            case TRUE_MOTION -> trueMotion(plane, at, size);
            case VERTICAL -> {
                for (int y = 0; y < size; y++) {
                    System.arraycopy(pixels, at - stride, pixels, at + y * stride, size);
                }
            }
            default -> {
                for (int y = 0; y < size; y++) {
                    int row = at + y * stride;
                    Arrays.fill(pixels, row, row + size, pixels[row - 1]);
                }
            }
        }
    }

    private static int mean(Plane plane, int at, int size, boolean hasTop, boolean hasLeft) {
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += hasTop ? plane.pixels[at - plane.stride + i] & 0xFF : 0;
            sum += hasLeft ? plane.pixels[at + i * plane.stride - 1] & 0xFF : 0;
        }
        if (!hasTop && !hasLeft) {
            return 128;
        }
        int count = hasTop && hasLeft ? 2 * size : size;
        return (sum + count / 2) / count;
    }

    private static void fill(Plane plane, int at, int size, int value) {
        for (int y = 0; y < size; y++) {
            Arrays.fill(plane.pixels, at + y * plane.stride, at + y * plane.stride + size, (byte) value);
        }
    }

    private static void trueMotion(Plane plane, int at, int size) {
        byte[] pixels = plane.pixels;
        int above = at - plane.stride;
        int corner = pixels[above - 1] & 0xFF;
        for (int y = 0; y < size; y++) {
            int row = at + y * plane.stride;
            int change = (pixels[row - 1] & 0xFF) - corner;
            for (int x = 0; x < size; x++) {
                pixels[row + x] = clip((pixels[above + x] & 0xFF) + change);
            }
        }
    }

    /**
     * Predicts a block of 4 x 4.
     *
     * @param right the four pixels above and to the right
     */
    static void small(Plane plane, int at, int mode, int[] right) {
        if (mode == TRUE_MOTION) {
            trueMotion(plane, at, 4);
            return;
        }
        // The edge from the lower left over the corner (4) to the upper right.
        int[] e = new int[13];
        for (int i = 0; i < 4; i++) {
            e[i] = plane.pixels[at + (3 - i) * plane.stride - 1] & 0xFF;
            e[5 + i] = plane.pixels[at - plane.stride + i] & 0xFF;
            e[9 + i] = right[i];
        }
        e[4] = plane.pixels[at - plane.stride - 1] & 0xFF;
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                plane.pixels[at + y * plane.stride + x] = (byte) smallPixel(e, mode, x, y);
            }
        }
    }

    private static int smallPixel(int[] e, int mode, int x, int y) {
        return switch (mode) {
            case DC -> (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) >> 3;
            case VERTICAL -> three(e, 5 + x);
            case HORIZONTAL -> y == 3 ? (e[1] + 3 * e[0] + 2) >> 2 : three(e, 3 - y);
            case RIGHT_DOWN -> three(e, 4 + x - y);
            case LEFT_DOWN -> x + y == 6 ? (e[11] + 3 * e[12] + 2) >> 2 : three(e, 6 + x + y);
            case VERTICAL_RIGHT -> verticalRight(e, x, y);
            case VERTICAL_LEFT -> verticalLeft(e, x, y);
            case HORIZONTAL_DOWN -> horizontalDown(e, x, y);
            default -> horizontalUp(e, x, y);
        };
    }

    private static int verticalRight(int[] e, int x, int y) {
        int along = 2 * x - y;
        if (along < -1) {
            return three(e, 4 + along + 1);
        }
        int i = 4 + x - (y >> 1);
        return (y & 1) == 0 ? two(e, i) : three(e, i);
    }

    private static int verticalLeft(int[] e, int x, int y) {
        if (x == 3 && y >= 2) {
            return three(e, y == 2 ? 10 : 11);
        }
        int i = 5 + x + (y >> 1);
        return (y & 1) == 0 ? two(e, i) : three(e, i + 1);
    }

    private static int horizontalDown(int[] e, int x, int y) {
        int along = 2 * y - x;
        if (along < -1) {
            return three(e, 4 - along - 1);
        }
        int i = 4 - y + (x >> 1);
        return (x & 1) == 0 ? two(e, i - 1) : three(e, i);
    }

    private static int horizontalUp(int[] e, int x, int y) {
        int along = x + 2 * y;
        if (along > 5) {
            return e[0];
        }
        if (along == 5) {
            return (e[1] + 3 * e[0] + 2) >> 2;
        }
        int i = 3 - (along >> 1);
        return (along & 1) == 0 ? two(e, i - 1) : three(e, i - 1);
    }

    private static int two(int[] e, int i) {
        return (e[i] + e[i + 1] + 1) >> 1;
    }

    private static int three(int[] e, int i) {
        return (e[i - 1] + 2 * e[i] + e[i + 1] + 2) >> 2;
    }

    /** Adds the inverse transform of 16 coefficients to a block of 4 x 4. */
    static void add(Plane plane, int at, int[] coefficients, int from) {
        int[] t = new int[16];
        for (int i = 0; i < 4; i++) {
            int a = coefficients[from + i] + coefficients[from + 8 + i];
            int b = coefficients[from + i] - coefficients[from + 8 + i];
            int c = sine(coefficients[from + 4 + i]) - cosine(coefficients[from + 12 + i]);
            int d = cosine(coefficients[from + 4 + i]) + sine(coefficients[from + 12 + i]);
            t[4 * i] = a + d;
            t[4 * i + 1] = b + c;
            t[4 * i + 2] = b - c;
            t[4 * i + 3] = a - d;
        }
        for (int i = 0; i < 4; i++) {
            int dc = t[i] + 4;
            int a = dc + t[8 + i];
            int b = dc - t[8 + i];
            int c = sine(t[4 + i]) - cosine(t[12 + i]);
            int d = cosine(t[4 + i]) + sine(t[12 + i]);
            int row = at + i * plane.stride;
            add(plane.pixels, row, a + d);
            add(plane.pixels, row + 1, b + c);
            add(plane.pixels, row + 2, b - c);
            add(plane.pixels, row + 3, a - d);
        }
    }

    private static void add(byte[] pixels, int at, int value) {
        pixels[at] = clip((pixels[at] & 0xFF) + (value >> 3));
    }

    private static int cosine(int value) {
        return (value * 20091 >> 16) + value;
    }

    private static int sine(int value) {
        return value * 35468 >> 16;
    }

    /** The first coefficients of 16 blocks, from those of their second order. */
    static void firstCoefficients(int[] second, int[] coefficients) {
        int[] t = new int[16];
        for (int i = 0; i < 4; i++) {
            int a0 = second[i] + second[12 + i];
            int a1 = second[4 + i] + second[8 + i];
            int a2 = second[4 + i] - second[8 + i];
            int a3 = second[i] - second[12 + i];
            t[i] = a0 + a1;
            t[8 + i] = a0 - a1;
            t[4 + i] = a3 + a2;
            t[12 + i] = a3 - a2;
        }
        for (int i = 0; i < 4; i++) {
            int dc = t[4 * i] + 3;
            int a0 = dc + t[4 * i + 3];
            int a1 = t[4 * i + 1] + t[4 * i + 2];
            int a2 = t[4 * i + 1] - t[4 * i + 2];
            int a3 = dc - t[4 * i + 3];
            coefficients[64 * i] = (a0 + a1) >> 3;
            coefficients[64 * i + 16] = (a3 + a2) >> 3;
            coefficients[64 * i + 32] = (a0 - a1) >> 3;
            coefficients[64 * i + 48] = (a3 - a2) >> 3;
        }
    }

    static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
