// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that answer one batch of zeros as they should, and fail or mislead later. */
class ModelProofTest {

    private static final Path RESOURCES = Path.of("src/test/resources");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unproven/baked-view|cannot run on an input of shape (7, 1, 28, 28)",
                "unproven/baked-state|cannot run on an input of shape (7, 1, 28, 28)",
                "unproven/squeezed|logits have shape (10) instead of (1, 10)",
                "unproven/traced-train|answered differently each time",
                "unproven/traced-train-batchnorm|an image has other logits in a batch of 2 than in one of 7",
                "dtypes/half-weights|cannot run on an input of shape (2, 1, 28, 28)",
                "outputs/swapped|it gives the features first",
                "outputs/other-names|a dictionary of [embedding, scores], not of 'logits' and 'features'"
            })
    void aModelThatFailsLaterIsRefusedAtOnce(String name, String reason) {
        // Given
        Path directory = RESOURCES.resolve(name);

        // When // Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(reason)
                .hasMessageContaining("export.py");
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "bfloat16", "half", "half-features"})
    void otherFloatsAreCast(String name) {
        // Given
        try (InferenceModel model =
                InferenceModel.load(RESOURCES.resolve("dtypes").resolve(name))) {
            FloatBuffer pixels = noise(3 * 784);

            // When
            InferenceModel.Outputs outputs = model.infer(pixels, 3);

            // Then
            assertThat(outputs.logits()).hasSize(30).doesNotContain(Float.NaN);
            assertThat(outputs.features()).hasSize(24).doesNotContain(Float.NaN);
        }
    }

    @Test
    void aNetworkInTrainingModeIsPutIntoEvaluationMode() {
        // Given: scripted, so that it has both modes
        try (InferenceModel model = InferenceModel.load(RESOURCES.resolve("unproven/scripted-train"))) {
            FloatBuffer pixels = noise(2 * 784);

            // When
            float[] once = model.infer(pixels, 2).logits();
            float[] again = model.infer(pixels, 2).logits();

            // Then
            assertThat(again).isEqualTo(once);
        }
    }

    @Test
    void aDictionaryIsReadByItsNames() {
        // Given
        Path directory = RESOURCES.resolve("outputs/dictionary");
        try (InferenceModel model = InferenceModel.load(directory);
                NDManager manager = Torch.newManager();
                PtSymbolBlock module = Modules.load(manager, directory, false)) {
            // When
            InferenceModel.Outputs outputs = model.infer(noise(4), 1);

            // Then
            assertThat(Classifier.of(module, manager, 3, 3))
                    .hasSize(1)
                    .allMatch(layer -> layer.makes(outputs.logits(), outputs.features()))
                    .noneMatch(layer -> layer.makes(outputs.features(), outputs.logits()));
        }
    }

    /** Every built-in network passes, in a fraction of a second. */
    @Test
    void smallNetworksTakeNoMemoryWorthABound() {
        for (String name : TestModels.names()) {
            try (InferenceModel model = InferenceModel.load(TestModels.directory(name))) {
                assertThat(model.memoryOfImage()).as(name).isBetween(1L, 16L << 20);
            }
        }
    }

    private static FloatBuffer noise(int values) {
        Random random = new Random(5);
        FloatBuffer pixels = FloatBuffer.allocate(values);
        while (pixels.hasRemaining()) {
            pixels.put((float) random.nextGaussian());
        }
        return pixels.flip();
    }
}
