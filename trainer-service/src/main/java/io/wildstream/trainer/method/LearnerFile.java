// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.wildstream.engine.torch.TensorFile;
import io.wildstream.engine.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Named arrays to a safetensors file and back into place. */
final class LearnerFile {

    private LearnerFile() {}

    static void write(Path file, Map<String, NDArray> arrays) throws IOException {
        try (NDManager manager = Torch.newManager()) {
            NDList named = new NDList();
            arrays.forEach((name, array) -> {
                NDArray copy = manager.create(array.getShape(), array.getDataType());
                copy(array, copy);
                copy.setName(name);
                named.add(copy);
            });
            TensorFile.write(file, named);
        }
    }

    static void read(Path file, Map<String, NDArray> arrays) throws IOException {
        try (NDManager manager = Torch.newManager()) {
            Map<String, NDArray> sources = new HashMap<>();
            TensorFile.read(manager, file).forEach(array -> sources.put(array.getName(), array));
            for (Map.Entry<String, NDArray> target : arrays.entrySet()) {
                NDArray source = sources.get(target.getKey());
                NDArray array = target.getValue();
                if (source == null
                        || !source.getShape().equals(array.getShape())
                        || source.getDataType() != array.getDataType()) {
                    throw new IOException(file + ": no array '" + target.getKey() + "' of shape " + array.getShape());
                }
                copy(source, array);
            }
        }
    }

    /** In place, through native memory: the arrays are on the CPU. */
    private static void copy(NDArray source, NDArray target) {
        ByteBuffer bytes = source.toByteBuffer(true);
        target.toByteBuffer(true).put(bytes);
    }
}
