// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import io.wildstream.contracts.Half;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The type of the values of a tensor, as the parameter {@code dtype} of its content type names it. Values are little endian. */
public enum TensorType {
    /** IEEE 754 single precision. */
    FLOAT32(4, true),
    /** IEEE 754 half precision. */
    FLOAT16(2, true),
    /** The upper half of a single. */
    BFLOAT16(2, true),
    /** A byte in [0, 255]. */
    UINT8(1, false),
    /** A whole number of 32 bits with a sign. */
    INT32(4, false),
    /** A whole number of 64 bits with a sign. */
    INT64(8, false);

    /** All names, for messages: {@code float32|float16|...}. */
    public static final String NAMES =
            Arrays.stream(values()).map(TensorType::text).collect(Collectors.joining("|"));

    private final int bytes;
    private final boolean floating;

    TensorType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** The type of that name, in any case; empty when there is none. */
    public static Optional<TensorType> ofText(String text) {
        return Arrays.stream(values())
                .filter(type -> type.text().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Its name. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bytes of one value. */
    public int bytes() {
        return bytes;
    }

    /** Whether its values may have a fraction. */
    public boolean isFloating() {
        return floating;
    }

    /** A value of a tensor, little endian from the buffer's beginning; whole numbers above 2^53 are rounded. */
    public double value(ByteBuffer values, int index) {
        int at = index * bytes;
        return switch (this) {
            case FLOAT32 -> values.getFloat(at);
            case FLOAT16 -> Half.toFloat(values.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(values.getShort(at) << 16);
            case UINT8 -> values.get(at) & 0xFF;
            case INT32 -> values.getInt(at);
            case INT64 -> values.getLong(at);
        };
    }
}
