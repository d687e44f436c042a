// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Float values with a shape, in Java's memory.
 *
 * @param shape sizes, none for a scalar
 * @param values row-major
 */
@SuppressWarnings("ArrayRecordComponent")
public record FloatTensor(List<Long> shape, float[] values) {

    public FloatTensor {
        shape = List.copyOf(shape);
        long size = shape.stream().reduce(1L, Math::multiplyExact);
        if (size != values.length) {
            throw new IllegalArgumentException(
                    "A tensor of shape " + shape + " needs " + size + " values, got " + values.length);
        }
    }

    /** A tensor of that shape. */
    public static FloatTensor of(float[] values, long... shape) {
        return new FloatTensor(Arrays.stream(shape).boxed().toList(), values);
    }

    /** Writes a safetensors file, sorted by name. */
    public static void write(Path file, SortedMap<String, FloatTensor> tensors) throws IOException {
        try (NDManager manager = Torch.newManager()) {
            NDList arrays = new NDList();
            for (Map.Entry<String, FloatTensor> entry : tensors.entrySet()) {
                FloatTensor tensor = entry.getValue();
                Shape shape = new Shape(tensor.shape);
                NDArray array = Torch.keep(Torch.tensor(manager, FloatBuffer.wrap(tensor.values), shape));
                array.setName(entry.getKey());
                arrays.add(array);
            }
            TensorFile.write(file, arrays);
        }
    }

    /**
     * Reads a safetensors file of float32 arrays.
     *
     * @throws IOException when it is none; the message names the file
     */
    public static SortedMap<String, FloatTensor> read(Path file) throws IOException {
        try (NDManager manager = Torch.newManager()) {
            SortedMap<String, FloatTensor> tensors = new TreeMap<>();
            for (NDArray array : TensorFile.read(manager, file)) {
                if (array.getDataType() != DataType.FLOAT32) {
                    throw new IOException(
                            file + ": array '" + array.getName() + "' is " + array.getDataType() + ", not FLOAT32");
                }
                long[] shape = array.getShape().getShape();
                tensors.put(array.getName(), of(array.toFloatArray(), shape));
            }
            return tensors;
        }
    }
}
