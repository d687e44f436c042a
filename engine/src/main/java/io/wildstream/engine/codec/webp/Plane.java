// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.util.Arrays;

/** One component of a frame, with what prediction takes for the pixels around it: 127 above, 129 on the left. */
final class Plane {

    /** Pixels beside each row: one on the left, four on the right. */
    private static final int BESIDE = 5;

    final byte[] pixels;
    final int stride;

    Plane(int width, int height) {
        stride = width + BESIDE;
        pixels = new byte[Math.multiplyExact(stride, height + 1)];
        Arrays.fill(pixels, 0, stride, (byte) 127);
        for (int y = 1; y <= height; y++) {
            pixels[y * stride] = (byte) 129;
        }
    }

    /** Where a pixel stands; rows and columns from -1 on. */
    int at(int x, int y) {
        return (y + 1) * stride + x + 1;
    }
}
