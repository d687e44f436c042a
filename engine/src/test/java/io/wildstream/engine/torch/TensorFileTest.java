// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {

    @TempDir
    Path directory;

    private final NDManager manager = Torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void namesShapesTypesAndBitsComeBack() throws IOException {
        // Given
        Path file = directory.resolve("state.safetensors");
        NDList arrays = arrays();

        // When
        TensorFile.write(file, arrays);
        NDList read = TensorFile.read(manager, file);

        // Then
        assertThat(read).extracting(NDArray::getName).containsExactly("b", "a", "count", "empty");
        assertThat(read)
                .extracting(NDArray::getShape)
                .containsExactlyElementsOf(
                        arrays.stream().map(NDArray::getShape).toList());
        assertThat(read.get(0).toByteArray()).isEqualTo(arrays.get(0).toByteArray());
        assertThat(read.get(1).getFloat(0)).isNaN();
        assertThat(read.get(2).toLongArray()).containsExactly(1L << 40);
    }

    @Test
    void equalArraysMakeEqualBytes() throws IOException {
        // Given
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");

        // When
        TensorFile.write(one, arrays());
        TensorFile.write(two, arrays());

        // Then
        assertThat(one).hasSameBinaryContentAs(two);
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void theLibrarysOwnReaderUnderstandsTheFile() throws IOException {
        // Given
        Path file = directory.resolve("state.safetensors");
        NDArray array = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
        array.setName("x");
        TensorFile.write(file, new NDList(array));

        // When
        NDList read = NDList.decode(manager, Files.readAllBytes(file));

        // Then
        assertThat(read.get("x").toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aFileThatWasCutOffIsRefused() throws IOException {
        // Given
        Path file = directory.resolve("state.safetensors");
        TensorFile.write(file, arrays());
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        // When / Then
        assertThatThrownBy(() -> TensorFile.read(manager, file)).isInstanceOf(IOException.class);
    }

    @Test
    void anotherFormatIsRefused() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("text"), "not tensors, but longer than eight bytes");

        // When / Then
        assertThatThrownBy(() -> TensorFile.read(manager, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a safetensors file");
    }

    private NDList arrays() {
        NDArray first = manager.create(new float[] {1, -2, 3e-38f, 4, 5, 6}, new Shape(2, 3));
        first.setName("b");
        NDArray second = manager.create(new float[] {Float.NaN, Float.POSITIVE_INFINITY});
        second.setName("a");
        NDArray third = manager.create(1L << 40);
        third.setName("count");
        NDArray fourth = manager.create(new Shape(0), DataType.FLOAT32);
        fourth.setName("empty");
        return new NDList(first, second, third, fourth);
    }
}
