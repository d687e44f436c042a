// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.wildstream.engine.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;

/** Bytes of named arrays: reading, overwriting in place, digest. */
public final class Tensors {

    private Tensors() {}

    /** Overwrites an array's values in place; the buffer must hold as many as it has. */
    static void write(NDArray array, FloatBuffer values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values.duplicate());
        writeBytes(array, bytes);
    }

    /**
     * Overwrites an array's bytes in place, in native order.
     *
     * @throws IllegalArgumentException when there are not as many as it has
     */
    public static void writeBytes(NDArray array, ByteBuffer values) {
        long expected = array.getShape().size() * array.getDataType().getNumOfBytes();
        if (values.remaining() != expected) {
            throw new IllegalArgumentException(
                    "%s has %d bytes, got %d".formatted(array.getName(), expected, values.remaining()));
        }
        if (!array.getDevice().isGpu()) {
            array.toByteBuffer(true).put(values);
            return;
        }
        Torch.scoped(() -> {
            NDManager manager = array.getManager();
            NDArray source = manager.create(values, array.getShape(), array.getDataType());
            array.set(new NDIndex("..."), source);
            return true;
        });
    }

    /** Copies values between arrays of equal shape and type, on whatever devices. */
    static void copy(NDArray source, NDArray target) {
        if (!source.getShape().equals(target.getShape()) || source.getDataType() != target.getDataType()) {
            throw new IllegalArgumentException("%s is %s %s, cannot take the values of %s %s"
                    .formatted(
                            target.getName(),
                            target.getDataType(),
                            target.getShape(),
                            source.getDataType(),
                            source.getShape()));
        }
        Torch.scoped(() -> {
            writeBytes(target, source.toByteBuffer(true));
            return true;
        });
    }

    /**
     * SHA-256 over names, shapes and little-endian bytes, in the order of the names.
     *
     * <p>For each array: its name in UTF-8, a zero byte, its type and shape as text, a zero byte, its bytes.
     */
    static String sha256(SortedMap<String, NDArray> arrays) {
        MessageDigest digest = Digests.newSha256();
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray array = entry.getValue();
            digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update((array.getDataType().asSafetensors() + array.getShape()).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            Torch.scoped(() -> {
                digest.update(array.toByteBuffer(true));
                return true;
            });
        }
        return Digests.hex(digest);
    }
}
