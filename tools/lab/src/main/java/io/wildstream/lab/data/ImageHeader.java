// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.engine.ImageShape;
import java.util.Optional;

/** What the first bytes of a PNG or JPEG file say about it, read without decoding it. */
public final class ImageHeader {
    private static final int PNG_WIDTH_AT = 16;
    private static final int PNG_COLOUR_TYPE_AT = 25;
    private static final int MAX_SIDE = 4096;
    private static final int START_OF_SCAN = 0xda;

    private ImageHeader() {}

    /** The content type by the magic bytes; empty when the bytes are neither PNG nor JPEG. */
    public static Optional<String> contentType(byte[] file) {
        return SampleFormat.ofFirstBytes(file)
                .filter(format -> format == SampleFormat.PNG || format == SampleFormat.JPEG)
                .map(SampleFormat::mediaType);
    }

    /**
     * Channels (1 for gray, 3 for everything with colours) and sides.
     *
     * @throws IllegalArgumentException when the header is incomplete or says something impossible
     */
    public static ImageShape shape(byte[] file) {
        String contentType =
                contentType(file).orElseThrow(() -> new IllegalArgumentException("neither a PNG nor a JPEG file"));
        if (contentType.equals("image/png")) {
            return pngShape(file);
        }
        return jpegShape(file);
    }

    private static ImageShape pngShape(byte[] file) {
        if (file.length <= PNG_COLOUR_TYPE_AT) {
            throw new IllegalArgumentException("the PNG header is cut short");
        }
        // Colour types: 0 gray, 4 gray with alpha; 2, 3 and 6 hold colours.
        int colourType = file[PNG_COLOUR_TYPE_AT];
        int channels = colourType == 0 || colourType == 4 ? 1 : 3;
        return shape(channels, int32(file, PNG_WIDTH_AT + 4), int32(file, PNG_WIDTH_AT));
    }

    /** A shape within bounds, so that a false header costs no memory. */
    public static ImageShape shape(int channels, int height, int width) {
        if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "sides of " + height + " x " + width + " pixels; read are 1 to " + MAX_SIDE);
        }
        return new ImageShape(channels, height, width);
    }

    /** Walks the JPEG segments up to the frame header (SOF0 to SOF15 without DHT, JPG and DAC). */
    private static ImageShape jpegShape(byte[] file) {
        int at = 2;
        while (at + 9 < file.length) {
            int marker = unsigned(file, at + 1);
            if (unsigned(file, at) != 0xff || marker == START_OF_SCAN) {
                break;
            }
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                int channels = unsigned(file, at + 9) == 1 ? 1 : 3;
                return shape(channels, int16(file, at + 5), int16(file, at + 7));
            }
            at += 2 + int16(file, at + 2);
        }
        throw new IllegalArgumentException("the JPEG file has no frame header");
    }

    private static int unsigned(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    private static int int16(byte[] bytes, int at) {
        return unsigned(bytes, at) << 8 | unsigned(bytes, at + 1);
    }

    private static int int32(byte[] bytes, int at) {
        return int16(bytes, at) << 16 | int16(bytes, at + 2);
    }
}
