// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Model directories and array files that cannot be used: each is refused in words that name the file, and the JVM goes on. */
class BadModelsTest {

    private static final String GOOD = "lenet5-1x28-10";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    static Stream<Arguments> descriptions() {
        return Stream.of(
                Arguments.of("null", "it is null"),
                Arguments.of("", "is not a valid model description"),
                Arguments.of("[]", "is not a valid model description"),
                Arguments.of("\"text\"", "is not a valid model description"),
                Arguments.of("{", "is not a valid model description"),
                Arguments.of("{}", "Missing required creator property"),
                Arguments.of("[".repeat(5000), "is not a valid model description"),
                Arguments.of("-name", "Missing required creator property 'name'"),
                Arguments.of("-input", "Missing required creator property 'input'"),
                Arguments.of("-classes", "Missing required creator property 'classes'"),
                Arguments.of("-mean", "mean must not be null"),
                Arguments.of("-std", "std must not be null"),
                Arguments.of("-featureSize", "Missing required creator property 'featureSize'"),
                Arguments.of("-digest", "Missing required creator property 'digest'"),
                Arguments.of("name=null", "name must not be null"),
                Arguments.of("name=\" \"", "name must not be empty"),
                Arguments.of("input=null", "input must not be null"),
                Arguments.of("input={\"channels\":0,\"height\":28,\"width\":28}", "at least one channel"),
                Arguments.of("input={\"channels\":1,\"height\":-28,\"width\":28}", "at least one channel"),
                Arguments.of("input={\"channels\":1,\"height\":99999,\"width\":99999}", "integer overflow"),
                Arguments.of("input={\"channels\":1,\"height\":20000,\"width\":20000}", "input must have at most"),
                Arguments.of("input={\"channels\":1,\"height\":32,\"width\":32}", "cannot run on an input of shape"),
                Arguments.of("input=[1,28,28]", "input must be {"),
                Arguments.of("input={\"type\":\"float32\"}", "input must be {"),
                Arguments.of("input={\"shape\":[32],\"width\":3}", "input must be {"),
                Arguments.of("input={\"shape\":[],\"type\":\"float32\"}", "input.shape must be sizes of at least 1"),
                Arguments.of("input={\"shape\":[3,0],\"type\":\"float32\"}", "input.shape must be sizes of at least 1"),
                Arguments.of("input={\"shape\":32,\"type\":\"float32\"}", "input.shape must be sizes of at least 1"),
                Arguments.of("input={\"shape\":[99999,99999],\"type\":\"uint8\"}", "integer overflow"),
                Arguments.of("input={\"shape\":[32]}", "input.type must be float32, uint8, int32 or int64, got ''"),
                Arguments.of("input={\"shape\":[32],\"type\":\"float64\"}", "got 'float64'"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"bfloat16\"}", "which reads samples of float16 and bfloat16"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"int64\"}", "input.minimum must be given for int32 and int64"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"int64\",\"minimum\":0}",
                        "input.maximum must be given for int32"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"int32\",\"minimum\":0,\"maximum\":99999999}",
                        "input.maximum of int32 must be a whole number in [-16777216, 16777216]"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"uint8\",\"maximum\":256}",
                        "input.maximum of uint8 must be a whole number in [0, 255]"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"float32\",\"minimum\":1,\"maximum\":0}",
                        "input.minimum must be at most maximum"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"float32\",\"minimum\":\"0\"}",
                        "input.minimum must be a number"),
                Arguments.of(
                        "input={\"shape\":[32],\"type\":\"float32\",\"maximum\":1e60}",
                        "input.maximum must be a finite float32"),
                Arguments.of("input={\"shape\":[32],\"type\":\"float32\",\"mean\":1}", "input.mean is unknown"),
                Arguments.of("input={\"shape\":[32],\"type\":\"float32\"}", "mean must be left out"),
                Arguments.of("classes=null", "classes must not be null"),
                Arguments.of("classes=[\"a\"]", "classes must name at least 2 classes"),
                Arguments.of("classes=[\"a\",null]", "classes must not hold null"),
                Arguments.of("classes=[\"a\",\"b\"]", "logits have shape"),
                Arguments.of("mean=[]", "mean must have 1 values, got 0"),
                Arguments.of("mean=[0.1,0.2]", "mean must have 1 values, got 2"),
                Arguments.of("mean=[null]", "mean must not hold null"),
                Arguments.of("mean=[\"NaN\"]", "mean must be finite"),
                Arguments.of("std=[0]", "std must be finite and above 0"),
                Arguments.of("std=[-1]", "std must be finite and above 0"),
                Arguments.of("std=[1e60]", "std must be finite and above 0"),
                Arguments.of("featureSize=0", "featureSize must be at least 1"),
                Arguments.of("featureSize=7", "features have shape"),
                Arguments.of("featureSize=99999999999", "is not a valid model description"),
                Arguments.of("digest=null", "digest must not be null"),
                Arguments.of("digest=\"00\"", "the file was changed or only half copied"),
                Arguments.of("accuracy=1.5", "accuracy must be in [0, 1]"),
                Arguments.of("accuracy=\"NaN\"", "accuracy must be in [0, 1]"),
                Arguments.of("classAccuracy=[0.5]", "classAccuracy must be empty or have 10 values"),
                Arguments.of("classAccuracy=[2,2,2,2,2,2,2,2,2,2]", "classAccuracy must be in [0, 1]"),
                Arguments.of("classifierBias=[1]", "classifierBias must be empty or have 10 values"));
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void aBadDescriptionIsRefused(String change, String message) throws IOException {
        // Given
        copyModule();
        Files.write(directory.resolve(ModelDescription.DESCRIPTION_FILE), description(change));

        // When // Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
    }

    static Stream<Arguments> modules() throws IOException {
        byte[] whole = module();
        byte[] swapped = whole.clone();
        Arrays.fill(swapped, 100, whole.length / 2, (byte) 0x55);
        return Stream.of(
                Arguments.of("empty", new byte[0], "is not a TorchScript archive"),
                Arguments.of("two bytes", new byte[] {'P', 'K'}, "is not a TorchScript archive"),
                Arguments.of("text", "not a module".getBytes(UTF_8), "is not a TorchScript archive"),
                Arguments.of("zeros", new byte[5000], "is not a TorchScript archive"),
                Arguments.of("a zip file's first bytes", new byte[] {'P', 'K', 3, 4}, "is not a TorchScript module"),
                Arguments.of("an empty zip file", emptyZip(), "is not a TorchScript module"),
                Arguments.of("an eighth", Arrays.copyOf(whole, whole.length / 8), "is not a TorchScript module"),
                Arguments.of("half", Arrays.copyOf(whole, whole.length / 2), "is not a TorchScript module"),
                Arguments.of("all but 100", Arrays.copyOf(whole, whole.length - 100), "is not a TorchScript module"),
                Arguments.of("all but one", Arrays.copyOf(whole, whole.length - 1), "is not a TorchScript module"),
                Arguments.of("half of it overwritten", swapped, "is not a TorchScript module"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    void aBadModuleIsRefused(String name, byte[] module, String message) throws IOException {
        // Given
        Path file = Files.write(directory.resolve(ModelDescription.MODULE_FILE), module);
        Files.write(
                directory.resolve(ModelDescription.DESCRIPTION_FILE),
                description("digest=\"" + Digests.sha256(file) + "\""));

        // When // Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .as(name)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("export.py");
    }

    static Stream<Arguments> arrays() {
        return Stream.of(
                Arguments.of(new byte[0], "is cut off"),
                Arguments.of(new byte[7], "is cut off"),
                Arguments.of(new byte[8], "is not a safetensors file"),
                Arguments.of(header(-1, ""), "is not a safetensors file"),
                Arguments.of(header(Long.MAX_VALUE, "{}"), "is not a safetensors file"),
                Arguments.of(header(100, "{}"), "is cut off"),
                Arguments.of(withHeader("  "), "its header is no JSON object"),
                Arguments.of(withHeader("[]"), "its header is no JSON object"),
                Arguments.of(withHeader("null"), "its header is no JSON object"),
                Arguments.of(withHeader("{\"a\":1}"), "array 'a' is of type ''"),
                Arguments.of(withHeader(array("F128", "[1]", 0, 16)), "is of type 'F128'"),
                Arguments.of(withHeader(array("BF16", "[1]", 0, 2)), "is of type 'BF16'"),
                Arguments.of(withHeader(array("F32", "null", 0, 4)), "has the shape null"),
                Arguments.of(withHeader(array("F32", "[-1]", 0, 4)), "which no file can hold"),
                Arguments.of(withHeader(array("F32", "[1.5]", 0, 4)), "which no file can hold"),
                Arguments.of(
                        withHeader(array("F32", "[2147483647,2147483647,2147483647]", 0, 4)), "which no file can hold"),
                Arguments.of(withHeader(array("F32", "[1,1,1,1,1,1,1,1,1]", 0, 4)), "at most 8 sizes"),
                Arguments.of(withHeader(array("F32", "[1]", -4, 0)), "outside the file's"),
                Arguments.of(withHeader(array("F32", "[1]", 8, 4)), "outside the file's"),
                Arguments.of(withHeader(array("F32", "[1]", 0, 4_000_000_000L)), "outside the file's"),
                Arguments.of(withHeader(array("F32", "[2]", 0, 4)), "has 4 bytes, not those of"));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void aBadArrayFileIsRefused(byte[] bytes, String message) throws IOException {
        // Given
        Path file = Files.write(directory.resolve("state.safetensors"), bytes);

        // When // Then
        try (NDManager manager = Torch.newManager()) {
            assertThatThrownBy(() -> TensorFile.read(manager, file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void allAreDifferent() throws IOException {
        Set<Object> inputs = new HashSet<>();
        descriptions().forEach(arguments -> inputs.add(arguments.get()[0]));
        modules()
                .forEach(arguments -> inputs.add(
                        List.of("module", Arrays.hashCode((byte[]) arguments.get()[1]))));
        arrays().forEach(arguments ->
                inputs.add(List.of("arrays", Arrays.hashCode((byte[]) arguments.get()[0]))));
        assertThat(inputs).hasSize(94);
    }

    /** The good description with a field left out ({@code -field}) or changed ({@code field=json}), or the text itself. */
    private static byte[] description(String change) throws IOException {
        ObjectNode good = (ObjectNode) JSON.readTree(TestModels.directory(GOOD)
                .resolve(ModelDescription.DESCRIPTION_FILE)
                .toFile());
        if (change.matches("-\\w+")) {
            good.remove(change.substring(1));
        } else if (change.matches("(?s)\\w+=.*")) {
            int equals = change.indexOf('=');
            good.set(change.substring(0, equals), JSON.readTree(change.substring(equals + 1)));
        } else {
            return change.getBytes(UTF_8);
        }
        return JSON.writeValueAsBytes(good);
    }

    private void copyModule() throws IOException {
        Files.write(directory.resolve(ModelDescription.MODULE_FILE), module());
    }

    private static byte[] module() throws IOException {
        return Files.readAllBytes(TestModels.directory(GOOD).resolve(ModelDescription.MODULE_FILE));
    }

    private static byte[] emptyZip() {
        byte[] end = new byte[22];
        System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, end, 0, 4);
        return end;
    }

    private static byte[] header(long length, String json) {
        byte[] text = json.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(text)
                .array();
    }

    private static byte[] withHeader(String json) {
        return Arrays.copyOf(header(json.length(), json), Long.BYTES + json.length() + 4);
    }

    private static String array(String type, String shape, long from, long to) {
        return "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}}".formatted(type, shape, from, to);
    }
}
