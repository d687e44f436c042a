// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wildstream.engine.Durable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Named arrays in a safetensors file: equal arrays make equal bytes, so that a file's digest is a digest of its content.
 *
 * <p>Format: https://huggingface.co/docs/safetensors, an 8-byte little-endian header length, a JSON header, the arrays' bytes.
 */
public final class TensorFile {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER_BYTES = 16 << 20;
    private static final int MAX_DIMENSIONS = 8;
    private static final List<DataType> TYPES = List.of(
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.FLOAT16,
            DataType.INT64,
            DataType.INT32,
            DataType.INT8,
            DataType.UINT8,
            DataType.BOOLEAN);

    private TensorFile() {}

    /** Writes the arrays in their order, each with a name; forced to disk and renamed into place. */
    public static void write(Path file, NDList arrays) throws IOException {
        byte[] header = header(arrays);
        Durable.write(file, channel -> {
            ByteBuffer head = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            head.putLong(header.length).put(header).flip();
            Durable.writeFully(channel, head);
            for (NDArray array : arrays) {
                Durable.writeFully(channel, ByteBuffer.wrap(array.toByteArray()));
            }
        });
    }

    private static byte[] header(NDList arrays) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (NDArray array : arrays) {
            if (array.getName() == null || header.has(array.getName())) {
                throw new IllegalArgumentException(
                        "Every array of a file needs a name of its own, got " + array.getName());
            }
            long end = offset + array.getShape().size() * array.getDataType().getNumOfBytes();
            ObjectNode entry = header.putObject(array.getName());
            entry.put("dtype", array.getDataType().asSafetensors());
            entry.putPOJO("shape", array.getShape().getShape());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) & ~7);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Reads all arrays in the order of the file; they live until the manager closes, or the scope that is open on this thread.
     *
     * @throws IOException when the file is missing, cut off or not safetensors
     */
    public static NDList read(NDManager manager, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            JsonNode header = readHeader(channel, file);
            Body body = new Body(channel, file, channel.position(), channel.size() - channel.position());
            NDList arrays = new NDList();
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    arrays.add(readArray(manager, body, entry.getKey(), entry.getValue()));
                }
            }
            return arrays;
        }
    }

    private static JsonNode readHeader(FileChannel channel, Path file) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, length, file);
        long size = length.getLong(0);
        if (size < 2 || size > MAX_HEADER_BYTES) {
            throw new IOException(file + " is not a safetensors file: header of " + size + " bytes");
        }
        ByteBuffer text = ByteBuffer.allocate((int) size);
        readFully(channel, text, file);
        JsonNode header;
        try {
            header = JSON.readTree(new String(text.array(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a safetensors file: " + e.getOriginalMessage(), e);
        }
        if (!header.isObject()) {
            throw new IOException(file + " is not a safetensors file: its header is no JSON object");
        }
        return header;
    }

    /**
     * What follows the header.
     *
     * @param start position of its first byte
     * @param size its bytes
     */
    private record Body(FileChannel channel, Path file, long start, long size) {

        IOException refused(String name, String problem) {
            return new IOException(file + ": array '" + name + "' " + problem);
        }
    }

    private static NDArray readArray(NDManager manager, Body body, String name, JsonNode fields) throws IOException {
        DataType type = type(body, name, fields.path("dtype").asText());
        Shape shape = shape(body, name, fields.path("shape"));
        JsonNode offsets = fields.path("data_offsets");
        long from = offsets.path(0).asLong(-1);
        long to = offsets.path(1).asLong(-1);
        if (from < 0 || to < from || to > body.size() || to - from > Integer.MAX_VALUE - 8) {
            throw body.refused(name, "lies at " + offsets + ", outside the file's " + body.size() + " bytes");
        }
        if (to - from != shape.size() * type.getNumOfBytes()) {
            throw body.refused(name, "has " + (to - from) + " bytes, not those of " + shape + " " + type);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
        body.channel().position(body.start() + from);
        readFully(body.channel(), bytes, body.file());
        NDArray array = manager.create(shape, type);
        array.setName(name);
        Tensors.writeBytes(array, bytes.flip());
        return array;
    }

    private static DataType type(Body body, String name, String code) throws IOException {
        for (DataType type : TYPES) {
            if (type.asSafetensors().equals(code)) {
                return type;
            }
        }
        throw body.refused(name, "is of type '" + code + "', read are " + TYPES);
    }

    private static Shape shape(Body body, String name, JsonNode sizes) throws IOException {
        if (!sizes.isArray() || sizes.size() > MAX_DIMENSIONS) {
            throw body.refused(name, "has the shape " + sizes + ", expected at most " + MAX_DIMENSIONS + " sizes");
        }
        long[] dimensions = new long[sizes.size()];
        long values = 1;
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = sizes.get(i).isIntegralNumber() ? sizes.get(i).asLong() : -1;
            // Products stay below 2^62, so that none overflows.
            if (dimensions[i] < 0 || dimensions[i] > Integer.MAX_VALUE || values > Integer.MAX_VALUE) {
                throw body.refused(name, "has the shape " + sizes + ", which no file can hold");
            }
            values *= dimensions[i];
        }
        return new Shape(dimensions);
    }

    private static void readFully(FileChannel channel, ByteBuffer target, Path file) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new IOException(file + " is cut off");
            }
        }
    }

    /**
     * Copies arrays by name into existing ones.
     *
     * @throws IllegalArgumentException when a target has no source of its name, shape and type
     */
    public static void copyByName(NDList sources, Map<String, NDArray> targets) {
        Map<String, NDArray> byName = new HashMap<>();
        sources.forEach(array -> byName.put(array.getName(), array));
        targets.forEach((name, target) -> {
            NDArray source = byName.get(name);
            if (source == null) {
                throw new IllegalArgumentException("The state has no array '" + name + "', it has " + byName.keySet());
            }
            Tensors.copy(source, target);
        });
    }
}
