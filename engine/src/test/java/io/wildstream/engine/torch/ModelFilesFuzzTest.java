// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.pixels.SampleDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code model.json} and every safetensors file is read, or refused by its documented exception with a message that names the file;
 * neither costs more memory than the file has bytes.
 *
 * <p>Input: one byte that picks the parser, then the file; for the parser of headers, the header up to a zero byte and then the arrays.
 */
class ModelFilesFuzzTest {

    private static final byte[] MODULE = {'P', 'K', 3, 4};
    private static final String JSON = """
            {"name": "m", "input": {"channels": 1, "height": 4, "width": 3}, "classes": ["a", "b"], "mean": [0.25], "std": [0.5],
             "featureSize": 2, "digest": "%s", "accuracy": 0.5, "classAccuracy": [0.5, 0.25], "classifierBias": [1.0, -1.0]}
            """;
    private static final NDManager MANAGER = Torch.newManager();

    @TempDir
    static Path directory;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyFileIsReadOrRefused(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (Math.floorMod(input[0], 3)) {
            case 0 -> readDescription(rest);
            case 1 -> readArrays(rest);
            default -> readArrays(withLength(rest));
        }
    }

    private static void readDescription(byte[] json) throws IOException {
        Files.write(directory.resolve(ModelDescription.MODULE_FILE), MODULE);
        Files.write(directory.resolve(ModelDescription.DESCRIPTION_FILE), json);
        try {
            ModelDescription description = ModelDescription.read(directory);
            assertThat(description.classCount()).isGreaterThanOrEqualTo(2);
            assertThat(new SampleDecoder(description).values())
                    .isEqualTo(description.input().values());
        } catch (ModelException e) {
            assertThat(e.getMessage()).contains(directory.toString()).contains("model.json");
        }
    }

    private static void readArrays(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("state.safetensors"), bytes);
        Torch.scoped(() -> {
            try {
                long size = 0;
                for (NDArray array : TensorFile.read(MANAGER, file)) {
                    assertThat(array.getName()).isNotNull();
                    size = Math.max(
                            size, array.getShape().size() * array.getDataType().getNumOfBytes());
                    assertThat(array.toByteArray()).hasSizeLessThanOrEqualTo(bytes.length);
                }
                assertThat(size).isLessThanOrEqualTo(bytes.length);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
            return true;
        });
    }

    private static byte[] withLength(byte[] rest) {
        int header = 0;
        while (header < rest.length && rest[header] != 0) {
            header++;
        }
        int body = Math.min(header + 1, rest.length);
        return ByteBuffer.allocate(Long.BYTES + header + rest.length - body)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header)
                .put(rest, 0, header)
                .put(rest, body, rest.length - body)
                .array();
    }

    static Stream<byte[]> seeds() throws IOException {
        Path seeds = Files.createTempDirectory("model-seeds");
        try {
            Path module = Files.write(seeds.resolve(ModelDescription.MODULE_FILE), MODULE);
            // As text: a record that is loaded before the fuzzer's agent loses its fields when the agent instruments
            // it.
            byte[] json = JSON.formatted(Digests.sha256(module)).getBytes(UTF_8);
            return Stream.of(
                    seed(0, json),
                    seed(0, "null".getBytes(UTF_8)),
                    seed(1, arrays(seeds.resolve("arrays"))),
                    seed(
                            2,
                            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}\0abcdefgh"
                                    .getBytes(UTF_8)),
                    seed(
                            2,
                            "{\"__metadata__\":{},\"b\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[0,1]}}\0a"
                                    .getBytes(UTF_8)));
        } finally {
            try (Stream<Path> files = Files.list(seeds)) {
                files.forEach(ModelFilesFuzzTest::delete);
            }
            delete(seeds);
        }
    }

    private static byte[] arrays(Path file) {
        return Torch.scoped(() -> {
            NDArray floats = MANAGER.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
            floats.setName("layer.weight");
            NDArray count = MANAGER.create(7L);
            count.setName("count");
            try {
                TensorFile.write(file, new NDList(floats, count));
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
