// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.codec.Picture;
import io.wildstream.engine.pixels.JpegFile.Colours;

/**
 * Turns the components of JPEG pixels into red, green and blue: YCbCr by libjpeg's tables in 16-bit fixed point, CMYK as Pillow's
 * {@code convert("RGB")}, which takes every file for one with Adobe's inverted inks.
 */
final class JpegColours {

    private static final int LEVELS = 256;
    private static final int CENTER = 128;
    private static final int SCALE_BITS = 16;
    private static final int HALF = 1 << (SCALE_BITS - 1);
    private static final int[] RED_OF_CR = new int[LEVELS];
    private static final int[] BLUE_OF_CB = new int[LEVELS];
    private static final int[] GREEN_OF_CR = new int[LEVELS];
    private static final int[] GREEN_OF_CB = new int[LEVELS];

    static {
        for (int level = 0; level < LEVELS; level++) {
            int x = level - CENTER;
            RED_OF_CR[level] = (fixed(1.40200) * x + HALF) >> SCALE_BITS;
            BLUE_OF_CB[level] = (fixed(1.77200) * x + HALF) >> SCALE_BITS;
            GREEN_OF_CR[level] = -fixed(0.71414) * x;
            GREEN_OF_CB[level] = -fixed(0.34414) * x + HALF;
        }
    }

    private JpegColours() {}

    private static int fixed(double factor) {
        return (int) (factor * (1 << SCALE_BITS) + 0.5);
    }

    /**
     * Converts pixels in place.
     *
     * @param pixel components of each pixel in turn; gets red, green and blue in the first three, or the gray value in the first
     * @param components of a pixel, as the colours have
     */
    static void convert(Colours colours, int[] pixel, int components) {
        switch (colours) {
            case YCC -> {
                for (int i = 0; i < pixel.length; i += components) {
                    fromYcc(pixel, i);
                }
            }
            case CMYK -> {
                for (int i = 0; i < pixel.length; i += components) {
                    fromInvertedInks(pixel, i);
                }
            }
            case YCCK -> {
                for (int i = 0; i < pixel.length; i += components) {
                    fromYcc(pixel, i);
                    // libjpeg gives the inks as 255 - red, ...
                    for (int ink = i; ink < i + 3; ink++) {
                        pixel[ink] = 255 - pixel[ink];
                    }
                    fromInvertedInks(pixel, i);
                }
            }
            case GRAY, RGB -> {}
            case UNKNOWN -> throw new IllegalArgumentException(components + " components");
        }
    }

    /**
     * The picture of these components.
     *
     * @param components of each pixel in turn
     */
    static Picture picture(Colours colours, byte[] components, int height, int width) {
        int size = height * width;
        int count = components.length / size;
        byte[] pixels = new byte[count == 1 ? size : 3 * size];
        if (colours == Colours.YCC) {
            for (int i = 0, at = 0; i < size; i++, at += 3) {
                int y = components[at] & 0xFF;
                int cb = components[at + 1] & 0xFF;
                int cr = components[at + 2] & 0xFF;
                pixels[i] = (byte) clamp(y + RED_OF_CR[cr]);
                pixels[size + i] = (byte) clamp(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> SCALE_BITS));
                pixels[2 * size + i] = (byte) clamp(y + BLUE_OF_CB[cb]);
            }
            return new Picture(3, height, width, pixels);
        }
        int[] pixel = new int[count];
        for (int i = 0, at = 0; i < size; i++, at += count) {
            for (int k = 0; k < count; k++) {
                pixel[k] = components[at + k] & 0xFF;
            }
            convert(colours, pixel, count);
            for (int channel = 0; channel < Math.min(count, 3); channel++) {
                pixels[channel * size + i] = (byte) pixel[channel];
            }
        }
        return new Picture(count == 1 ? 1 : 3, height, width, pixels);
    }

    private static void fromYcc(int[] pixel, int at) {
        int y = pixel[at];
        int cb = pixel[at + 1];
        int cr = pixel[at + 2];
        pixel[at] = clamp(y + RED_OF_CR[cr]);
        pixel[at + 1] = clamp(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> SCALE_BITS));
        pixel[at + 2] = clamp(y + BLUE_OF_CB[cb]);
    }

    private static void fromInvertedInks(int[] pixel, int at) {
        int white = pixel[at + 3]; // 255 - black
        for (int i = at; i < at + 3; i++) {
            pixel[i] = clamp(white - timesOver255(255 - pixel[i], white));
        }
    }

    private static int timesOver255(int a, int b) {
        int product = a * b + CENTER;
        return ((product >> 8) + product) >> 8;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
