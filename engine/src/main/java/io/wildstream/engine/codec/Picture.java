// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

/**
 * A decoded picture: gray, or red, green and blue.
 *
 * @param channels 1 or 3
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param pixels unsigned bytes, channels first, then rows; not a copy
 */
@SuppressWarnings("ArrayRecordComponent")
public record Picture(int channels, int height, int width, byte[] pixels) {

    public Picture {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("A picture has 1 or 3 channels, got " + channels);
        }
        if (pixels.length != Math.multiplyExact(channels, Math.multiplyExact(height, width))) {
            throw new IllegalArgumentException("A picture of %d x %d x %d does not have %d bytes"
                    .formatted(channels, height, width, pixels.length));
        }
    }

    /** The picture in gray: luma of ITU-R BT.601 in 16-bit fixed point, rounded, as Pillow's {@code convert("L")}. */
    public Picture toGray() {
        if (channels == 1) {
            return this;
        }
        int size = height * width;
        byte[] gray = new byte[size];
        for (int i = 0; i < size; i++) {
            gray[i] = (byte) luma(pixels[i] & 0xFF, pixels[size + i] & 0xFF, pixels[2 * size + i] & 0xFF);
        }
        return new Picture(1, height, width, gray);
    }

    private static int luma(int red, int green, int blue) {
        return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    }

    /**
     * The picture as it was meant to be seen.
     *
     * @param orientation as Exif numbers it, 1 to 8; any other number is taken for 1
     */
    public Picture oriented(int orientation) {
        if (orientation < 2 || orientation > 8) {
            return this;
        }
        boolean swapped = orientation >= 5;
        // What is shown first in a row: where the stored row or column ends for these.
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int newHeight = swapped ? width : height;
        int newWidth = swapped ? height : width;
        byte[] turned = new byte[pixels.length];
        int at = 0;
        for (int channel = 0; channel < channels; channel++) {
            int plane = channel * height * width;
            for (int y = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++) {
                    int column = swapped ? y : x;
                    int row = swapped ? x : y;
                    column = fromRight ? width - 1 - column : column;
                    row = fromBottom ? height - 1 - row : row;
                    turned[at++] = pixels[plane + row * width + column];
                }
            }
        }
        return new Picture(channels, newHeight, newWidth, turned);
    }
}
