// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDescriptionTest {

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1, 2, 3});
        ModelDescription written = new ModelDescription(
                "teacher",
                new ImageShape(3, 32, 32),
                List.of("cat", "dog"),
                List.of(0.4914f, 0.4822f, 0.4465f),
                List.of(0.2f, 0.3f, 0.4f),
                64,
                Digests.sha256(module),
                0.9242,
                List.of(0.9, 0.95),
                List.of(-0.25, 0.125),
                null,
                null);

        // When
        written.write(directory);

        // Then
        assertThat(ModelDescription.read(directory)).isEqualTo(written);
    }

    @Test
    void howAStudentCameAboutIsReadAgain() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1, 2, 3});
        Distillation distillation = new Distillation(
                "s", "dfnd", 60, 395, 0.75, List.of("ab".repeat(32)), "lenet5", "", 2, 42, "cd".repeat(32), "1");
        ModelDescription written = new ModelDescription(
                "s",
                new ImageShape(1, 2, 2),
                List.of("crane", "crane"),
                List.of(0.5f),
                List.of(0.5f),
                1,
                Digests.sha256(module),
                null,
                List.of(),
                List.of(),
                distillation,
                null);

        // When
        written.write(directory);

        // Then
        assertThat(ModelDescription.read(directory)).isEqualTo(written);
        assertThat(written.withNormalisation(List.of(0f), List.of(1f)).distillation())
                .isEqualTo(distillation);
    }

    @Test
    void unknownAccuracyStaysUnknown() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        Files.writeString(directory.resolve("model.json"), json(Digests.sha256(module), "[0.5]"));

        // When
        ModelDescription read = ModelDescription.read(directory);

        // Then
        assertThat(read.accuracy()).isNull();
        assertThat(read.distillation()).isNull();
        assertThat(read.classAccuracy()).isEmpty();
        assertThat(read.classifierBias()).isEmpty();
    }

    @Test
    void aChangedModuleIsRefused() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        Files.writeString(directory.resolve("model.json"), json(Digests.sha256(module), "[0.5]"));
        Files.write(module, new byte[] {2});

        // When / Then
        assertThatThrownBy(() -> ModelDescription.read(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("export the model again");
    }

    @Test
    void aDeviationOfZeroIsRefused() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        Files.writeString(directory.resolve("model.json"), json(Digests.sha256(module), "[0]"));

        // When / Then
        assertThatThrownBy(() -> ModelDescription.read(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("std must be finite and above 0");
    }

    @Test
    void aContractIsReadAgain() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        String contract = "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [2, 2], 'interpolation': 'box'}}";
        Files.writeString(directory.resolve("model.json"), withContract(module, contract));

        // When
        ModelDescription read = ModelDescription.read(directory);
        read.withNormalisation(List.of(0f), List.of(1f)).write(directory);

        // Then
        assertThat(read.preprocessing()).isNotNull();
        assertThat(ModelDescription.read(directory).preprocessing()).isEqualTo(read.preprocessing());
    }

    @Test
    void aContractThatIsWrongIsRefusedWithItsField() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        Files.writeString(directory.resolve("model.json"), withContract(module, "{'colour': 'gray'}"));

        // When / Then
        assertThatThrownBy(() -> ModelDescription.read(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("preprocessing.colour must be one of BGR, L, RGB");
    }

    @Test
    void aContractThatGivesAnotherShapeThanTheInputIsRefused() throws IOException {
        // Given
        Path module = Files.write(directory.resolve("model.pt"), new byte[] {1});
        String contract = "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [3, 2], 'interpolation': 'box'}}";
        Files.writeString(directory.resolve("model.json"), withContract(module, contract));

        // When / Then
        assertThatThrownBy(() -> ModelDescription.read(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("preprocessing must give what input says, 1x2x2");
    }

    private static String withContract(Path module, String contract) {
        return json(Digests.sha256(module), "[0.5]")
                .replace("\"later\": 1", "\"preprocessing\": " + contract.replace('\'', '"'));
    }

    @Test
    void aDirectoryWithoutModelIsRefused() {
        // When / Then
        assertThatThrownBy(() -> ModelDescription.read(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not a model directory");
    }

    @Test
    void aStudentTakesItsTeachersNormalisation() {
        // Given
        ModelDescription student = ModelDescription.read(TestModels.directory("lenet5-1x28-10"));

        // When
        ModelDescription fed = student.withNormalisation(List.of(0.286f), List.of(0.353f));

        // Then
        assertThat(fed.mean()).containsExactly(0.286f);
        assertThat(fed.std()).containsExactly(0.353f);
        assertThat(fed.digest()).isEqualTo(student.digest());
    }

    private static String json(String digest, String std) {
        return """
                {"name": "m", "input": {"channels": 1, "height": 2, "width": 2}, "classes": ["a", "b"],
                 "mean": [0.5], "std": %s, "featureSize": 4, "digest": "%s", "accuracy": null, "later": 1}
                """.formatted(std, digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"shape\":[32],\"type\":\"float32\"}",
                "{\"shape\":[1,80,100],\"type\":\"float32\",\"minimum\":-1.5,\"maximum\":2.5}",
                "{\"shape\":[16],\"type\":\"int64\",\"minimum\":0,\"maximum\":30521}",
                "{\"shape\":[2,2],\"type\":\"uint8\",\"minimum\":0,\"maximum\":255}"
            })
    void aTensorIsReadAgainWithoutMeanAndDeviation(String input) throws IOException {
        // Given
        Files.write(directory.resolve(ModelDescription.MODULE_FILE), new byte[] {1});
        String digest = Digests.sha256(directory.resolve(ModelDescription.MODULE_FILE));
        Path file = directory.resolve(ModelDescription.DESCRIPTION_FILE);
        Files.writeString(
                file,
                "{\"name\":\"m\",\"input\":%s,\"classes\":[\"a\",\"b\"],\"featureSize\":3,\"digest\":\"%s\"}"
                        .formatted(input, digest));

        // When
        ModelDescription read = ModelDescription.read(directory);
        read.write(directory);

        // Then
        assertThat(Files.readString(file).replaceAll("\\s", "")).contains("\"input\":" + input);
        assertThat(ModelDescription.read(directory)).isEqualTo(read);
        assertThatThrownBy(read::image).isInstanceOf(ModelException.class).hasMessageContaining("reads tensors");
    }
}
