// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.Durable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Writes pictures for people. */
public final class PngFile {

    private PngFile() {}

    /**
     * Writes a picture; the file appears complete or not at all.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     * @param colour from column and row to 0xRRGGBB
     */
    public static void write(Path file, int width, int height, IntBinaryOperator colour) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, colour.applyAsInt(x, y));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        Durable.write(file, png.toByteArray());
    }
}
