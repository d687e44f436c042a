// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.codec.BmpImage;
import io.wildstream.engine.codec.GifImage;
import io.wildstream.engine.codec.ImageFile;
import io.wildstream.engine.codec.PngImage;
import io.wildstream.engine.codec.Structure;
import io.wildstream.engine.codec.TiffImage;
import io.wildstream.engine.codec.WebpImage;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.engine.preprocess.Colour;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.engine.preprocess.Preprocessor;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes image files of every format that is read, told apart by their first bytes, and applies a model's contract to them. Looks at
 * size and structure before it spends memory or time.
 */
final class PictureFiles {

    /** Longest side that is decoded: what JPEG and GIF can say. */
    private static final int MAX_SIDE = 65_535;

    private final ImageShape shape;
    private final PixelLimits limits;
    private final Preprocessor preprocessor;
    private final boolean hasContract;
    private final ImageCodec jpeg;

    /** @param contract null when images must have the shape already */
    PictureFiles(ImageShape shape, @Nullable Preprocessing contract, PixelLimits limits) {
        this.shape = shape;
        this.limits = limits;
        this.hasContract = contract != null && contract.shape().isPresent();
        this.preprocessor = new Preprocessor(
                contract == null ? Preprocessing.none(shape.channels() == 1 ? Colour.L : Colour.RGB) : contract);
        this.jpeg = new ImageCodec("jpeg", limits.cost().maxTime());
    }

    /**
     * What the model reads of an image file.
     *
     * @return unsigned bytes, channels first
     */
    byte[] read(byte[] file) throws InvalidSampleException {
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "the model reads " + shape.channels() + " channels, an image file has 1 or 3");
        }
        SampleFormat format = SampleFormat.ofFirstBytes(file)
                .orElseThrow(() -> new InvalidSampleException(Reason.UNDECODABLE, notRead(file)));
        return format == SampleFormat.JPEG ? jpeg(file) : other(file, format);
    }

    private static String notRead(byte[] file) {
        String start =
                new String(file, 0, Math.min(file.length, SampleFormat.FIRST_BYTES), StandardCharsets.ISO_8859_1);
        if (start.startsWith("II+\0") || start.startsWith("MM\0+")) {
            return "tiff: BigTIFF is not read; save the picture as a plain TIFF file";
        }
        if (start.startsWith("ftyp", 4)) {
            return "HEIC and AVIF files are not read; save the picture as JPEG or PNG";
        }
        return "the file does not begin as one of PNG, JPEG, WebP, GIF, BMP and TIFF does";
    }

    private byte[] jpeg(byte[] file) throws InvalidSampleException {
        JpegFile structure = JpegFile.of(file);
        checkSize(structure.height(), structure.width(), structure.orientation());
        checkCost("jpeg", structure.height(), structure.width(), structure.scanBytes());
        ImageFiles.checkScans(structure, limits.cost());
        int count = structure.componentCount();
        if (structure.colours() == JpegFile.Colours.UNKNOWN) {
            throw new InvalidSampleException(
                    Reason.UNDECODABLE, "jpeg: the image has " + count + " components, expected 1, 3 or 4");
        }
        byte[] components = jpeg.read(structure.withoutMetadata(), reader -> {
            Raster raster = reader.readRaster(0, null);
            byte[] bytes = ((DataBufferByte) raster.getDataBuffer()).getData();
            if (bytes.length != (long) count * structure.height() * structure.width()) {
                throw new IOException(
                        "the image has " + raster.getNumBands() + " components, its header says " + count);
            }
            return bytes;
        });
        JpegChroma.enlarge(structure, components);
        return preprocessor.apply(
                JpegColours.picture(structure.colours(), components, structure.height(), structure.width()),
                structure.orientation());
    }

    private byte[] other(byte[] file, SampleFormat format) throws InvalidSampleException {
        String name = format.name().toLowerCase(Locale.ROOT);
        WorkTime time = new WorkTime(limits.cost().maxTime());
        try {
            ImageFile image = open(file, format);
            Structure structure = image.structure();
            checkSize(structure.height(), structure.width(), structure.orientation());
            if (structure.parts() > limits.cost().maxChunks()) {
                throw ImageFiles.tooCostly(name + ": the file has more than "
                        + limits.cost().maxChunks() + " chunks, which is the most that are read");
            }
            checkCost(name, structure.height(), structure.width(), structure.codedBytes());
            return preprocessor.apply(image.decode(time::isOver), structure.orientation());
        } catch (IOException | RuntimeException e) {
            if (time.isOver()) {
                throw ImageFiles.tooCostly(name + ": decoding takes longer than "
                        + limits.cost().maxTime().toMillis() + " ms");
            }
            // Damage shows in any runtime exception, from index bounds to negative sizes.
            String what = e instanceof IOException ? String.valueOf(e.getMessage()) : "the file is damaged: " + e;
            throw new InvalidSampleException(Reason.UNDECODABLE, name + ": " + what);
        }
    }

    private ImageFile open(byte[] file, SampleFormat format) throws IOException {
        return switch (format) {
            case PNG -> PngImage.of(file);
            case GIF -> GifImage.of(file);
            case BMP -> BmpImage.of(file);
            case TIFF -> TiffImage.of(file);
            case WEBP -> WebpImage.of(file);
            case JPEG, TENSOR -> throw new IllegalArgumentException("is read elsewhere");
        };
    }

    private void checkCost(String format, int height, int width, long codedBytes) throws InvalidSampleException {
        long pixels = (long) height * width;
        long most = limits.cost().maxBytes(pixels);
        if (codedBytes > most) {
            throw ImageFiles.tooCostly(format + ": " + pixels + " pixels are coded in " + codedBytes
                    + " bytes, at most " + most + " are read");
        }
    }

    private void checkSize(int height, int width, int orientation) throws InvalidSampleException {
        if ((long) width * height > limits.maxPixels() || width > MAX_SIDE || height > MAX_SIDE) {
            throw new InvalidSampleException(
                    Reason.TOO_MANY_PIXELS,
                    "image is " + width + " x " + height + " pixels, at most " + limits.maxPixels()
                            + " are decoded, and " + MAX_SIDE + " in a row or column");
        }
        if (hasContract) {
            return;
        }
        ImageShape given = preprocessor.shape(height, width, orientation);
        if (!given.equals(shape)) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE,
                    "image is %d x %d pixels (width x height), the model reads %d x %d; %s"
                            .formatted(width, height, shape.width(), shape.height(), advice()));
        }
    }

    private String advice() {
        return "to have images resized, write into its model.json, for example, \"preprocessing\": {\"colour\": \"%s\", "
                        .formatted(shape.channels() == 1 ? "L" : "RGB")
                + "\"resize\": {\"mode\": \"shorter-side\", \"size\": %d, \"interpolation\": \"bilinear\"}, "
                        .formatted(Math.max(shape.height(), shape.width()))
                + "\"crop\": {\"mode\": \"center\", \"size\": [%d, %d]}}".formatted(shape.height(), shape.width());
    }
}
