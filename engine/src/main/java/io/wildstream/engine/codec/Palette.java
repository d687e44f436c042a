// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

/** Up to 256 colours; those that a file leaves out are black. */
final class Palette {

    private static final int LEVELS = 256;

    private final byte[] red = new byte[LEVELS];
    private final byte[] green = new byte[LEVELS];
    private final byte[] blue = new byte[LEVELS];

    void set(int index, int r, int g, int b) {
        red[index] = (byte) r;
        green[index] = (byte) g;
        blue[index] = (byte) b;
    }

    /** Colours of three bytes each: red, green, blue. */
    static Palette of(byte[] file, int from, int colours) {
        Palette palette = new Palette();
        for (int i = 0; i < Math.min(colours, LEVELS); i++) {
            palette.set(i, file[from + 3 * i], file[from + 3 * i + 1], file[from + 3 * i + 2]);
        }
        return palette;
    }

    /** Whether the first colours are the grays of their number, so that the numbers themselves are the pixels. */
    boolean isGrayRamp(int colours) {
        for (int i = 0; i < Math.min(colours, LEVELS); i++) {
            if (red[i] != (byte) i || green[i] != (byte) i || blue[i] != (byte) i) {
                return false;
            }
        }
        return true;
    }

    /** The picture of these numbers of colours. */
    Picture picture(int height, int width, byte[] indices) {
        int size = height * width;
        byte[] pixels = new byte[Math.multiplyExact(3, size)];
        for (int i = 0; i < size; i++) {
            int index = indices[i] & 0xFF;
            pixels[i] = red[index];
            pixels[size + i] = green[index];
            pixels[2 * size + i] = blue[index];
        }
        return new Picture(3, height, width, pixels);
    }
}
