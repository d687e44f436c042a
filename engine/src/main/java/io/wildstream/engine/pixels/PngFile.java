// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.Durable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Writes pictures for people, and looks at what reading one costs. */
public final class PngFile {

    private static final int SIGNATURE = 8;
    private static final int CHUNK_OVERHEAD = 12;
    private static final int IDAT = 0x49444154;
    private static final int WIDTH = 16;
    private static final long MOST_PIXELS = 1L << 31;

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

    /** Refuses a file of many chunks, or of far more compressed bytes than its pixels need; what is broken is left to the codec. */
    static void checkCost(byte[] file, CostLimits limits) throws InvalidSampleException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int chunks = 0;
        long compressed = 0;
        int at = SIGNATURE;
        while (at + CHUNK_OVERHEAD <= file.length) {
            int length = bytes.getInt(at);
            chunks++;
            if (chunks > limits.maxChunks()) {
                throw ImageFiles.tooCostly("png: the file has more than " + limits.maxChunks()
                        + " chunks, which is the most that are read");
            }
            if (length < 0 || length > file.length - at - CHUNK_OVERHEAD) {
                return;
            }
            compressed += bytes.getInt(at + Integer.BYTES) == IDAT ? length : 0;
            at += CHUNK_OVERHEAD + length;
        }
        long most = limits.maxBytes(pixels(bytes));
        if (compressed > most) {
            throw ImageFiles.tooCostly("png: " + pixels(bytes) + " pixels are coded in " + compressed
                    + " bytes, at most " + most + " are read");
        }
    }

    /** What the header says, bounded where no image is decoded any more. */
    private static long pixels(ByteBuffer file) {
        if (file.capacity() < WIDTH + Long.BYTES) {
            return 0;
        }
        long width = Integer.toUnsignedLong(file.getInt(WIDTH));
        long height = Integer.toUnsignedLong(file.getInt(WIDTH + Integer.BYTES));
        return width > MOST_PIXELS || height > MOST_PIXELS ? MOST_PIXELS : Math.min(width * height, MOST_PIXELS);
    }
}
