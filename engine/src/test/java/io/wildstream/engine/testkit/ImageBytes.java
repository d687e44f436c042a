// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Image files for tests, whole and broken. */
public final class ImageBytes {

    /** What every PNG file begins with. */
    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

    private ImageBytes() {}

    /**
     * A file of noise.
     *
     * @param format png or jpeg
     * @param type of {@link BufferedImage}
     */
    public static byte[] noise(String format, int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        Random random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A progressive JPEG file of noise. */
    public static byte[] progressiveJpeg(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(7);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** A JPEG file whose first scan is there so often that it has {@code scans} of them. */
    public static byte[] withScansRepeated(byte[] jpeg, int scans) {
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i + 1 < jpeg.length; i++) {
            if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xDA) {
                starts.add(i);
            }
        }
        int first = starts.get(0);
        int end = first + 4;
        while ((jpeg[end] & 0xFF) != 0xFF || jpeg[end + 1] == 0) {
            end++;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, end);
        for (int i = starts.size(); i < scans; i++) {
            out.write(jpeg, first, end - first);
        }
        out.write(jpeg, end, jpeg.length - end);
        return out.toByteArray();
    }

    /** A PNG file of these chunks. */
    public static byte[] png(byte[]... chunks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PNG_MAGIC);
        for (byte[] chunk : chunks) {
            out.writeBytes(chunk);
        }
        return out.toByteArray();
    }

    /** A chunk with its length and checksum. */
    public static byte[] chunk(String type, byte[] content) {
        return chunk(type, content, content.length);
    }

    /** A chunk that states another length than it has. */
    public static byte[] chunk(String type, byte[] content, int statedLength) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(statedLength)
                .put(name)
                .put(content)
                .putInt((int) crc.getValue())
                .array();
    }

    /** The header chunk of a PNG file. */
    public static byte[] header(int width, int height, int bits, int colourType) {
        byte[] fields = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {(byte) bits, (byte) colourType, 0, 0, 0})
                .array();
        return chunk("IHDR", fields);
    }
}
