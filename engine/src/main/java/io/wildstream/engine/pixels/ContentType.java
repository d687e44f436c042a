// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A sample's content type, parsed.
 *
 * @param kind how the payload is coded
 * @param tensor what a tensor declares; null for an image file
 */
record ContentType(Kind kind, @Nullable Tensor tensor) {

    /** The codings that are read. */
    enum Kind {
        PNG,
        JPEG,
        /** A file of another format, which decoders before {@link SampleDecoder#VERSION} do not read. */
        OTHER_IMAGE,
        TENSOR
    }

    /**
     * A tensor of the payload.
     *
     * @param shape its sizes, at least one, each at least 1
     */
    record Tensor(TensorType type, List<Integer> shape) {

        Tensor {
            shape = List.copyOf(shape);
        }

        /** Its sizes as messages show them. */
        String sizes() {
            return shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
        }
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
        List<Integer> shape = shape(parameters.getOrDefault("shape", ""), text);
        TensorType type = TensorType.ofText(parameters.getOrDefault("dtype", ""))
                .orElseThrow(() -> unsupported(text, "dtype must be one of " + TensorType.NAMES));
        return new ContentType(Kind.TENSOR, new Tensor(type, shape));
    }

    private static List<Integer> shape(String value, String text) throws InvalidSampleException {
        List<Integer> shape = new ArrayList<>();
        int values = 1;
        try {
            for (String size : value.replace("\"", "").split(",", -1)) {
                shape.add(Integer.parseInt(size.strip()));
                values = Math.multiplyExact(values, shape.get(shape.size() - 1));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            values = 0;
        }
        if (values < 1 || shape.stream().anyMatch(size -> size < 1)) {
            throw unsupported(
                    text, "shape must be whole numbers of at least 1 with commas between them, such as 3,32,32");
        }
        return shape;
    }

    /** The refusal of a content type. */
    static InvalidSampleException unsupported(String text, String expected) {
        String shown = text.length() <= 120 ? text : text.substring(0, 120) + "...";
        return new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, "content type '" + shown + "': " + expected);
    }
}
