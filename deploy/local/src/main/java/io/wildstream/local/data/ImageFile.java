package io.wildstream.local.data;

import io.wildstream.engine.ImageShape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes PNG and JPEG files to the same pixels as the services do. */
final class ImageFile {
    private ImageFile() {}

    /** The pixels, gray or RGB as the file is; an {@link IllegalArgumentException} saying what is wrong with a broken file. */
    static Pixels decode(byte[] encoded) {
        // The header first: a false size costs no memory then.
        ImageHeader.shape(encoded);
        BufferedImage image;
        try {
            // ImageIO.read of a plain stream would go through a temporary file; it closes this one itself.
            image = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded)));
        } catch (IOException | RuntimeException e) {
            // Codecs answer broken files with any runtime exception.
            throw new IllegalArgumentException(e.toString(), e);
        }
        if (image == null) {
            throw new IllegalArgumentException("no codec reads it");
        }
        return pixels(image);
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
