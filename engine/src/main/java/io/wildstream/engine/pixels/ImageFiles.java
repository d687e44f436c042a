// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes PNG and JPEG files to unsigned bytes, channels first; looks at the header before it spends memory. */
final class ImageFiles {

    private final ImageShape shape;
    private final PixelLimits limits;
    /** Looked up once: the registry is slow and locks. */
    private final Map<String, ImageReaderSpi> codecs = new HashMap<>();

    ImageFiles(ImageShape shape, PixelLimits limits) {
        this.shape = shape;
        this.limits = limits;
        for (String format : List.of("png", "jpeg")) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
            if (readers.hasNext()) {
                codecs.put(format, readers.next().getOriginatingProvider());
            }
        }
    }

    /** Pixels of an image file of the right size; gray and colour are converted into each other. */
    byte[] decode(byte[] payload, String format) throws InvalidSampleException {
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "the model reads " + shape.channels() + " channels, an image file has 1 or 3");
        }
        ImageReader reader = newReader(format);
        List<String> damage = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> noteDamage(warning, damage));
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(payload))) {
            reader.setInput(in, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0));
            byte[] pixels = toBytes(reader.read(0));
            if (!damage.isEmpty()) {
                throw new InvalidSampleException(Reason.UNDECODABLE, format + ": " + damage.get(0));
            }
            return pixels;
        } catch (IOException | RuntimeException e) {
            // Codecs answer broken files with any runtime exception, from index bounds to negative sizes.
            throw new InvalidSampleException(Reason.UNDECODABLE, format + ": " + e);
        } finally {
            reader.dispose();
        }
    }

    /** The JPEG codec makes up gray pixels for those that a file should hold and does not, and only warns of it. */
    private static void noteDamage(String warning, List<String> damage) {
        if (warning.contains("Truncated") || warning.contains("premature end") || warning.contains("bad Huffman")) {
            damage.add(warning);
        }
    }

    private ImageReader newReader(String format) throws InvalidSampleException {
        ImageReaderSpi codec = codecs.get(format);
        try {
            if (codec != null) {
                return codec.createReaderInstance();
            }
        } catch (IOException e) {
            throw new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, format + ": " + e);
        }
        throw new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, "this Java platform cannot read " + format);
    }

    private void checkSize(int width, int height) throws InvalidSampleException {
        if ((long) width * height > limits.maxPixels()) {
            throw new InvalidSampleException(
                    Reason.TOO_MANY_PIXELS,
                    "image is " + width + " x " + height + " pixels, at most " + limits.maxPixels() + " are decoded");
        }
        if (width != shape.width() || height != shape.height()) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE,
                    "image is %d x %d pixels (width x height), the model reads %d x %d"
                            .formatted(width, height, shape.width(), shape.height()));
        }
    }

    private byte[] toBytes(BufferedImage image) {
        byte[] target = new byte[shape.values()];
        ColorModel colours = image.getColorModel();
        int bits = colours.getComponentSize(0);
        if (colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY && bits >= 8) {
            grayRaster(image.getRaster(), bits - 8, target);
            return target;
        }
        int pixels = shape.pixels();
        int[] rgb = image.getRGB(0, 0, shape.width(), shape.height(), null, 0, shape.width());
        for (int i = 0; i < pixels; i++) {
            int red = (rgb[i] >> 16) & 0xFF;
            int green = (rgb[i] >> 8) & 0xFF;
            int blue = rgb[i] & 0xFF;
            if (shape.channels() == 1) {
                target[i] = (byte) luma(red, green, blue);
            } else {
                target[i] = (byte) red;
                target[pixels + i] = (byte) green;
                target[2 * pixels + i] = (byte) blue;
            }
        }
        return target;
    }

    /** Gray samples as stored: getRGB would apply a gamma curve to them. */
    private void grayRaster(Raster raster, int shift, byte[] target) {
        int pixels = shape.pixels();
        int[] gray = raster.getSamples(0, 0, shape.width(), shape.height(), 0, (int[]) null);
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int i = 0; i < pixels; i++) {
                target[channel * pixels + i] = (byte) (gray[i] >> shift);
            }
        }
    }

    /** Luma of ITU-R BT.601 in 16-bit fixed point, rounded, as PIL's convert("L") does. */
    private static int luma(int red, int green, int blue) {
        return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    }
}
