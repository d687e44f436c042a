// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

/**
 * What an encoder did to the pixels to compress them better, and how it is undone.
 *
 * @param kind which
 * @param bits size of its tiles, as a power of two; for colours by number, how many share a pixel
 * @param data by tile, or the colours by number
 * @param width of the pixels before it
 */
@SuppressWarnings("ArrayRecordComponent")
record LosslessTransform(int kind, int bits, int[] data, int width) {

    static final int PREDICTION = 0;
    static final int COLOUR = 1;
    static final int GREEN = 2;
    static final int NUMBERS = 3;

    private static final int BLACK = 0xFF000000;

    /** The pixels before it; the given ones may be changed. */
    int[] undo(int[] pixels, int height) {
        switch (kind) {
            case PREDICTION -> addPredictions(pixels, height);
            case COLOUR -> addColours(pixels, height);
            case GREEN -> addGreen(pixels);
            default -> {
                return colours(pixels, height);
            }
        }
        return pixels;
    }

    private int tile(int x, int y) {
        return data[(y >> bits) * tiles(width, bits) + (x >> bits)];
    }

    static int tiles(int length, int bits) {
        return (length + (1 << bits) - 1) >> bits;
    }

    private static void addGreen(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int green = pixels[i] >> 8 & 0xFF;
            pixels[i] = add(pixels[i], green << 16 | green);
        }
    }

    private void addColours(int[] pixels, int height) {
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                int factors = tile(x, y);
                int pixel = pixels[i];
                byte green = (byte) (pixel >> 8);
                int red = (pixel >> 16) + change(factors, green) & 0xFF;
                int blue = pixel + change(factors >> 8, green) + change(factors >> 16, (byte) red) & 0xFF;
                pixels[i] = pixel & 0xFF00FF00 | red << 16 | blue;
            }
        }
    }

    private static int change(int factor, byte colour) {
        return (byte) factor * colour >> 5;
    }

    private int[] colours(int[] pixels, int height) {
        int[] all = new int[width * height];
        int rowWidth = tiles(width, bits);
        int depth = 8 >> bits;
        int mask = (1 << depth) - 1;
        int within = (1 << bits) - 1;
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                int packed = pixels[y * rowWidth + (x >> bits)] >> 8 & 0xFF;
                int number = packed >> depth * (x & within) & mask;
                all[i] = number < data.length ? data[number] : 0;
            }
        }
        return all;
    }

    private void addPredictions(int[] pixels, int height) {
        pixels[0] = add(pixels[0], BLACK);
        for (int x = 1; x < width; x++) {
            pixels[x] = add(pixels[x], pixels[x - 1]);
        }
        for (int y = 1; y < height; y++) {
            int row = y * width;
            pixels[row] = add(pixels[row], pixels[row - width]);
            for (int x = 1; x < width; x++) {
                int i = row + x;
                pixels[i] = add(pixels[i], prediction(tile(x, y) >> 8 & 15, pixels, i));
            }
        }
    }

    private int prediction(int mode, int[] pixels, int i) {
        int left = pixels[i - 1];
        int top = pixels[i - width];
        int corner = pixels[i - width - 1];
        // Of the last pixel of a row: the first one of the next, which is known.
        int right = pixels[i - width + 1];
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> right;
            case 4 -> corner;
            case 5 -> mean(mean(left, right), top);
            case 6 -> mean(left, corner);
            case 7 -> mean(left, top);
            case 8 -> mean(corner, top);
            case 9 -> mean(top, right);
            case 10 -> mean(mean(left, corner), mean(top, right));
            case 11 -> nearer(left, top, corner);
            case 12 -> full(left, top, corner);
            case 13 -> half(mean(left, top), corner);
            default -> BLACK;
        };
    }

    private static int mean(int a, int b) {
        return (((a ^ b) & 0xFEFEFEFE) >>> 1) + (a & b);
    }

    private static int nearer(int left, int top, int corner) {
        int difference = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >>> shift & 0xFF;
            difference += Math.abs((left >>> shift & 0xFF) - c) - Math.abs((top >>> shift & 0xFF) - c);
        }
        return difference <= 0 ? top : left;
    }

    private static int full(int left, int top, int corner) {
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int sum = (left >>> shift & 0xFF) + (top >>> shift & 0xFF) - (corner >>> shift & 0xFF);
            pixel |= Math.max(0, Math.min(255, sum)) << shift;
        }
        return pixel;
    }

    private static int half(int mean, int corner) {
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int m = mean >>> shift & 0xFF;
            int sum = m + (m - (corner >>> shift & 0xFF)) / 2;
            pixel |= Math.max(0, Math.min(255, sum)) << shift;
        }
        return pixel;
    }

    /** Adds channel by channel, modulo 256. */
    static int add(int a, int b) {
        int even = (a & 0xFF00FF00) + (b & 0xFF00FF00);
        int odd = (a & 0x00FF00FF) + (b & 0x00FF00FF);
        return even & 0xFF00FF00 | odd & 0x00FF00FF;
    }
}
