// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import io.wildstream.engine.codec.Picture;

/** Red, green and blue of a frame: chroma enlarged by weights of 9, 3, 3 and 1, as libwebp does by default. */
final class Vp8Colours {

    private Vp8Colours() {}

    static Picture picture(Plane luma, Plane u, Plane v, int height, int width) {
        int size = height * width;
        byte[] pixels = new byte[Math.multiplyExact(3, size)];
        int[] us = new int[width];
        int[] vs = new int[width];
        for (int y = 0; y < height; y++) {
            enlarge(u, y, height, us);
            enlarge(v, y, height, vs);
            int from = luma.at(0, y);
            for (int x = 0; x < width; x++) {
                int scaled = (luma.pixels[from + x] & 0xFF) * 19077 >> 8;
                int at = y * width + x;
                pixels[at] = clip(scaled + (vs[x] * 26149 >> 8) - 14234);
                pixels[size + at] = clip(scaled - (us[x] * 6419 >> 8) - (vs[x] * 13320 >> 8) + 8708);
                pixels[2 * size + at] = clip(scaled + (us[x] * 33050 >> 8) - 17685);
            }
        }
        return new Picture(3, height, width, pixels);
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value >> 6));
    }

    /** Chroma of each pixel of a row, from the nearest row of chroma and the one beyond. */
    private static void enlarge(Plane plane, int y, int height, int[] row) {
        int near = y >> 1;
        int far = (y & 1) == 0 ? near - 1 : near + 1;
        far = Math.max(0, Math.min((height - 1) >> 1, far));
        int nearAt = plane.at(0, near);
        int farAt = plane.at(0, far);
        byte[] p = plane.pixels;
        int n = p[nearAt] & 0xFF;
        int f = p[farAt] & 0xFF;
        row[0] = (3 * n + f + 2) >> 2;
        int last = (row.length - 1) >> 1;
        for (int x = 1; x <= last; x++) {
            int nextN = p[nearAt + x] & 0xFF;
            int nextF = p[farAt + x] & 0xFF;
            int sum = n + f + nextN + nextF + 8;
            // The mean of the two on each diagonal and of all, then of that and of the pixel itself.
            row[2 * x - 1] = (((sum + 2 * (f + nextN)) >> 3) + n) >> 1;
            row[2 * x] = (((sum + 2 * (n + nextF)) >> 3) + nextN) >> 1;
            n = nextN;
            f = nextF;
        }
        if ((row.length & 1) == 0) {
            row[row.length - 1] = (3 * n + f + 2) >> 2;
        }
    }
}
