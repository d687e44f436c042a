// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sample's content type, parsed.
 *
 * @param kind how the payload is coded
 * @param shape shape that a tensor declares; null for an image file
 */
record ContentType(Kind kind, @Nullable ImageShape shape) {

    /** The codings that are read. */
    enum Kind {
        PNG,
        JPEG,
        /** A file of another format, which decoders before {@link SampleDecoder#VERSION} do not read. */
        OTHER_IMAGE,
        TENSOR_UINT8,
        TENSOR_FLOAT32
    }

    /** Parses a content type; parameters may come in any order and with spaces. */
    static ContentType parse(String text) throws InvalidSampleException {
        SampleFormat format =
                SampleFormat.ofContentType(text).orElseThrow(() -> unsupported(text, SampleFormat.EXPECTED));
        return switch (format) {
            case PNG -> new ContentType(Kind.PNG, null);
            case JPEG -> new ContentType(Kind.JPEG, null);
            case WEBP, GIF, BMP, TIFF -> new ContentType(Kind.OTHER_IMAGE, null);
            case TENSOR -> tensor(text.split(";", -1), text);
        };
    }

    private static ContentType tensor(String[] parts, String text) throws InvalidSampleException {
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            if (pair.length == 2) {
                parameters.put(pair[0].strip().toLowerCase(Locale.ROOT), pair[1].strip());
            }
        }
        String dtype = parameters.getOrDefault("dtype", "").toLowerCase(Locale.ROOT);
        ImageShape shape = shape(parameters.getOrDefault("shape", ""), text);
        return switch (dtype) {
            case "uint8" -> new ContentType(Kind.TENSOR_UINT8, shape);
            case "float32" -> new ContentType(Kind.TENSOR_FLOAT32, shape);
            default -> throw unsupported(text, "dtype must be uint8 or float32");
        };
    }

    private static ImageShape shape(String value, String text) throws InvalidSampleException {
        String[] sizes = value.replace("\"", "").split(",", -1);
        if (sizes.length != 3) {
            throw unsupported(text, "shape must be C,H,W");
        }
        try {
            return new ImageShape(
                    Integer.parseInt(sizes[0].strip()),
                    Integer.parseInt(sizes[1].strip()),
                    Integer.parseInt(sizes[2].strip()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw unsupported(text, "shape must be three whole numbers of at least 1");
        }
    }

    private static InvalidSampleException unsupported(String text, String expected) {
        String shown = text.length() <= 120 ? text : text.substring(0, 120) + "...";
        return new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, "content type '" + shown + "': " + expected);
    }
}
