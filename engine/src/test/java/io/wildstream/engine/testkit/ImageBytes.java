// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
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
     * @param format png, jpeg, gif, bmp or tiff
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

    /** A lossless WebP file of 3 x 4 pixels. */
    public static byte[] losslessWebp() {
        return HexFormat.of()
                .parseHex(
                        "5249464636000000574542505650384c290000002f02c000005f20104892d9df7286a198adf94f6c07058d2435df2bcd"
                                + "139ef084e388fec7a1ab2f7e0300");
    }

    /** A lossy WebP file of 3 x 4 pixels. */
    public static byte[] lossyWebp() {
        return HexFormat.of()
                .parseHex(
                        "5249464662000000574542505650382056000000f001009d012a0300040001402625b00274ba000308f1ce6000fec29e"
                                + "f328e6b4ddfec7241b79afc418e9e057fff898f1ec7dffff26ffc272c71ff67ffbfff937fb19f8cdf7dfef6122cd4f1f"
                                + "bdff672659be4bb1d000");
    }

    /**
     * A TIFF file of one strip.
     *
     * @param strip the pixels behind the directory, which has the strip's place and length of its own
     * @param fields numbers and values by turns, in ascending order of the numbers below 273
     */
    public static byte[] tiff(byte[] strip, int... fields) {
        int count = fields.length / 2 + 2;
        int behind = 8 + 2 + 12 * count + 4;
        ByteBuffer file = ByteBuffer.allocate(behind + strip.length);
        file.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) count);
        for (int i = 0; i < fields.length; i += 2) {
            field(file, fields[i], fields[i + 1]);
        }
        field(file, 273, behind);
        field(file, 279, strip.length);
        return file.putInt(0).put(strip).array();
    }

    private static void field(ByteBuffer file, int number, int value) {
        file.putShort((short) number).putShort((short) 4).putInt(1).putInt(value);
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
