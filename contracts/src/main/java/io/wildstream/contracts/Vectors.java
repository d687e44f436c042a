// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.VectorEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs float vectors for the wire and unpacks them: little endian, binary32 or binary16. */
public final class Vectors {

    private Vectors() {}

    /** Packs {@code length} values from {@code offset} as binary32: 4 bytes each. */
    public static ByteString packFloat32(float[] values, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, offset, length);
        return com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Packs as binary16, rounding to nearest even; values beyond 65504 become infinite. */
    public static ByteString packFloat16(float[] values, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            bytes.putShort(Half.fromFloat(values[offset + i]));
        }
        return com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    /** Packs in the given encoding. */
    public static ByteString pack(VectorEncoding encoding, float[] values, int offset, int length) {
        return switch (encoding) {
            case VECTOR_ENCODING_FLOAT32 -> packFloat32(values, offset, length);
            case VECTOR_ENCODING_FLOAT16 -> packFloat16(values, offset, length);
            case VECTOR_ENCODING_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("vector encoding " + encoding + " cannot be written");
        };
    }

    /**
     * Unpacks a vector.
     *
     * @throws IllegalArgumentException when the encoding is unknown or the bytes are not a whole number of values
     */
    public static float[] unpack(VectorEncoding encoding, ByteString packed) {
        return switch (encoding) {
            case VECTOR_ENCODING_FLOAT32 -> unpackFloat32(packed);
            case VECTOR_ENCODING_FLOAT16 -> unpackFloat16(packed);
            case VECTOR_ENCODING_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("vector encoding " + encoding + " is unknown");
        };
    }

    private static float[] unpackFloat32(ByteString packed) {
        float[] values = new float[count(packed, Float.BYTES)];
        packed.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static float[] unpackFloat16(ByteString packed) {
        float[] values = new float[count(packed, Short.BYTES)];
        ByteBuffer bytes = packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = Half.toFloat(bytes.getShort());
        }
        return values;
    }

    private static int count(ByteString packed, int size) {
        if (packed.size() % size != 0) {
            throw new IllegalArgumentException("a vector of " + packed.size()
                    + " bytes does not contain a whole number of " + size + "-byte values");
        }
        return packed.size() / size;
    }
}
