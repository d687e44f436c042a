// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Components with half the rows of others (4:4:0, which lossless rotation makes of 4:2:2). Some Java platforms repeat their rows, others
 * weigh the two nearest by 3 and 1 as libjpeg-turbo does; here they become equal to the latter.
 */
final class JpegChroma {

    private static final String EXAMPLE = "tall-chroma.jpg";

    private JpegChroma() {}

    /** Looked at once, when the first such file comes. */
    private static final class Platform {
        static final boolean REPEATS = repeatsRows();

        /** Whether each second row of the example's second component equals the one before it. */
        private static boolean repeatsRows() {
            try (InputStream in = JpegChroma.class.getResourceAsStream(EXAMPLE)) {
                if (in == null) {
                    throw new IllegalStateException(EXAMPLE + " is missing beside this class");
                }
                JpegFile file = JpegFile.of(in.readAllBytes());
                byte[] pixels = new ImageCodec("jpeg", Duration.ofMinutes(1))
                        .read(
                                file.withoutMetadata(),
                                reader -> ((DataBufferByte)
                                                reader.readRaster(0, null).getDataBuffer())
                                        .getData());
                int row = file.width() * file.componentCount();
                for (int y = 0; y + 1 < file.height(); y += 2) {
                    if (pixels[y * row + 1] != pixels[(y + 1) * row + 1]) {
                        return false;
                    }
                }
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InvalidSampleException e) {
                throw new IllegalStateException("this Java platform cannot read JPEG files: " + e.detail(), e);
            }
        }
    }

    /**
     * Enlarges such components as libjpeg-turbo does, where the platform has only repeated their rows.
     *
     * @param pixels components of each pixel in turn
     */
    static void enlarge(JpegFile file, byte[] pixels) {
        for (int component = 0; component < file.componentCount(); component++) {
            if (file.hasHalfTheRows(component) && Platform.REPEATS) {
                enlarge(pixels, component, file);
            }
        }
    }

    private static void enlarge(byte[] pixels, int component, JpegFile file) {
        int step = file.componentCount();
        int stride = file.width() * step;
        int rows = (file.height() + 1) / 2;
        byte[] stored = new byte[rows * file.width()];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < file.width(); x++) {
                stored[y * file.width() + x] = pixels[2 * y * stride + x * step + component];
            }
        }
        for (int y = 0; y < file.height(); y++) {
            int near = y / 2;
            int far = Math.max(0, Math.min(rows - 1, y % 2 == 0 ? near - 1 : near + 1));
            int half = y % 2 == 0 ? 1 : 2;
            for (int x = 0; x < file.width(); x++) {
                int nearer = stored[near * file.width() + x] & 0xFF;
                int farther = stored[far * file.width() + x] & 0xFF;
                pixels[y * stride + x * step + component] = (byte) ((3 * nearer + farther + half) >> 2);
            }
        }
    }
}
