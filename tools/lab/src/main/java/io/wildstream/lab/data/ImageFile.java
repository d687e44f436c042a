// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.engine.ImageShape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes PNG and JPEG files to the same pixels as the services do. */
public final class ImageFile {
    private ImageFile() {}

    /** The pixels, gray or RGB as the file is; an {@link IllegalArgumentException} saying what is wrong with a broken file. */
    public static Pixels decode(byte[] encoded) {
        // The header first: a false size costs no memory then.
        ImageShape shape = ImageHeader.shape(encoded);
        ImageReader reader = reader(encoded);
        List<String> damage = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> noteDamage(warning, damage));
        BufferedImage image;
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.setInput(in, true, true);
            // The codec may see another header than ImageHeader did.
            if (reader.getWidth(0) != shape.width() || reader.getHeight(0) != shape.height()) {
                throw new IOException("several headers that say different sizes");
            }
            image = reader.read(0);
        } catch (IOException | RuntimeException e) {
            // Codecs answer broken files with any runtime exception.
            throw new IllegalArgumentException(e.toString(), e);
        } finally {
            reader.dispose();
        }
        if (!damage.isEmpty()) {
            throw new IllegalArgumentException(damage.get(0));
        }
        return pixels(image);
    }

    private static ImageReader reader(byte[] encoded) {
        String contentType = ImageHeader.contentType(encoded).orElse("");
        Iterator<ImageReader> readers = ImageIO.getImageReadersByMIMEType(contentType);
        if (!readers.hasNext()) {
            throw new IllegalArgumentException("no codec reads it");
        }
        return readers.next();
    }

    /** The JPEG codec makes up gray pixels for those that a file should hold and does not, and only warns of it. */
    private static void noteDamage(String warning, List<String> damage) {
        if (warning.contains("Truncated") || warning.contains("premature end") || warning.contains("bad Huffman")) {
            damage.add(warning);
        }
    }

    private static Pixels pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int bits = image.getColorModel().getComponentSize(0);
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY && bits >= 8) {
            // As stored: getRGB would change the gamma of a gray image.
            int[] gray = image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
            byte[] values = new byte[gray.length];
            for (int i = 0; i < gray.length; i++) {
                values[i] = (byte) (gray[i] >> (bits - 8));
            }
            return new Pixels(new ImageShape(1, height, width), values);
        }
        int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
        byte[] values = new byte[3 * packed.length];
        for (int i = 0; i < packed.length; i++) {
            values[i] = (byte) (packed[i] >> 16);
            values[packed.length + i] = (byte) (packed[i] >> 8);
            values[2 * packed.length + i] = (byte) packed[i];
        }
        return new Pixels(new ImageShape(3, height, width), values);
    }
}
