// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.engine.pixels.JpegFile.Colours;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/** Decodes PNG and JPEG files to unsigned bytes, channels first; looks at size and structure before it spends memory or time. */
final class ImageFiles {

    private final ImageShape shape;
    private final PixelLimits limits;
    private final ImageCodec png;
    private final ImageCodec jpeg;

    ImageFiles(ImageShape shape, PixelLimits limits) {
        this.shape = shape;
        this.limits = limits;
        this.png = new ImageCodec("png", limits.cost().maxTime());
        this.jpeg = new ImageCodec("jpeg", limits.cost().maxTime());
    }

    /** Pixels of a PNG file of the right size; gray and colour are converted into each other. */
    byte[] png(byte[] file) throws InvalidSampleException {
        PngFile.checkCost(file, limits.cost());
        return asThePlatformReads(file, png);
    }

    /** Pixels of a JPEG file of the right size, on every Java platform alike: its components, converted as libjpeg does. */
    byte[] jpeg(byte[] file) throws InvalidSampleException {
        requireImageChannels();
        JpegFile structure = JpegFile.of(file);
        checkSize(structure.width(), structure.height());
        checkCost(structure);
        Colours colours = structure.colours();
        if (colours == Colours.UNKNOWN) {
            throw new InvalidSampleException(
                    Reason.UNDECODABLE,
                    "jpeg: the image has " + structure.componentCount() + " components, expected 1, 3 or 4");
        }
        int count = structure.componentCount();
        int[] pixels = jpeg.read(structure.withoutMetadata(), reader -> {
            Raster components = reader.readRaster(0, null);
            int[] values = components.getPixels(0, 0, shape.width(), shape.height(), (int[]) null);
            if (values.length != count * shape.pixels()) {
                throw new IOException(
                        "the image has " + components.getNumBands() + " components, its header says " + count);
            }
            return values;
        });
        JpegColours.convert(colours, pixels, count);
        return count == 1 ? ofGray(pixels) : ofColour(pixels, count);
    }

    /** Pixels of a JPEG file as decoder {@link SampleDecoder#PLATFORM_COLOURS} read them: colours as the platform converts them. */
    byte[] jpegByPlatform(byte[] file) throws InvalidSampleException {
        return asThePlatformReads(file, jpeg);
    }

    private byte[] asThePlatformReads(byte[] file, ImageCodec codec) throws InvalidSampleException {
        requireImageChannels();
        return codec.read(file, reader -> {
            checkSize(reader.getWidth(0), reader.getHeight(0));
            return toBytes(reader.read(0));
        });
    }

    private void requireImageChannels() throws InvalidSampleException {
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "the model reads " + shape.channels() + " channels, an image file has 1 or 3");
        }
    }

    private void checkCost(JpegFile file) throws InvalidSampleException {
        CostLimits cost = limits.cost();
        checkScans(file, cost);
        long most = cost.maxBytes(shape.pixels());
        if (file.scanBytes() > most) {
            throw tooCostly("jpeg: " + shape.pixels() + " pixels are coded in " + file.scanBytes() + " bytes, at most "
                    + most + " are read");
        }
    }

    static void checkScans(JpegFile file, CostLimits cost) throws InvalidSampleException {
        long most = cost.maxScans((long) file.width() * file.height());
        if (file.scans() > most) {
            throw tooCostly("jpeg: the file has " + file.scans() + " scans, at most " + most + " are read of "
                    + file.width() + " x " + file.height() + " pixels");
        }
    }

    static InvalidSampleException tooCostly(String detail) {
        return new InvalidSampleException(Reason.TOO_COSTLY, detail);
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
        int[] rgb = image.getRGB(0, 0, shape.width(), shape.height(), null, 0, shape.width());
        for (int i = 0; i < rgb.length; i++) {
            put(target, i, (rgb[i] >> 16) & 0xFF, (rgb[i] >> 8) & 0xFF, rgb[i] & 0xFF);
        }
        return target;
    }

    private byte[] ofColour(int[] pixels, int components) {
        byte[] target = new byte[shape.values()];
        for (int i = 0, at = 0; at < pixels.length; i++, at += components) {
            put(target, i, pixels[at], pixels[at + 1], pixels[at + 2]);
        }
        return target;
    }

    private byte[] ofGray(int[] gray) {
        byte[] target = new byte[shape.values()];
        for (int i = 0; i < target.length; i++) {
            target[i] = (byte) gray[i % gray.length];
        }
        return target;
    }

    private void put(byte[] target, int pixel, int red, int green, int blue) {
        if (shape.channels() == 1) {
            target[pixel] = (byte) luma(red, green, blue);
            return;
        }
        int pixels = shape.pixels();
        target[pixel] = (byte) red;
        target[pixels + pixel] = (byte) green;
        target[2 * pixels + pixel] = (byte) blue;
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
