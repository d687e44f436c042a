// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceModelTest {

    @TempDir
    Path directory;

    @Test
    void aModelWithoutFeaturesIsRefusedWithTheCommandThatMendsIt() {
        // Given
        Path logitsOnly = Path.of("src/test/resources/logits-only");

        // When / Then
        assertThatThrownBy(() -> InferenceModel.load(logitsOnly))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("(logits[N,K], features[N,D])")
                .hasMessageContaining("python deploy/models/export.py --module");
    }

    @Test
    void aModelWithoutNamedBuffersCannotBeTrained() {
        assertThatThrownBy(() -> TrainableModel.load(Path.of("src/test/resources/logits-only")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("export.py");
    }

    @Test
    void anotherFeatureSizeIsRefused() throws IOException {
        // Given
        copyBuiltin(whole -> whole);
        Path json = directory.resolve("model.json");
        Files.writeString(json, Files.readString(json).replace("\"featureSize\" : 84", "\"featureSize\" : 85"));

        // When / Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("features have shape (2, 84) instead of (2, 85)");
    }

    @Test
    void anotherInputShapeIsRefused() throws IOException {
        // Given
        copyBuiltin(whole -> whole);
        Path json = directory.resolve("model.json");
        Files.writeString(json, Files.readString(json).replace("\"height\" : 28", "\"height\" : 14"));

        // When / Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot run on an input of shape (2, 1, 14, 28)");
    }

    @Test
    void aCutOffModuleIsRefused() throws IOException {
        // Given
        copyBuiltin(whole -> Arrays.copyOf(whole, whole.length / 2));

        // When / Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not a TorchScript module");
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws IOException {
        // Given
        copyBuiltin(whole -> new byte[] {'P', 'K', 3, 4, 0, 0});

        // When / Then
        assertThatThrownBy(() -> InferenceModel.load(directory)).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> TrainableModel.load(directory)).isInstanceOf(ModelException.class);
    }

    @Test
    void aBatchAnswersAsItsImagesOneByOne() {
        // Given
        try (TrainableModel fresh = TrainableModel.load(TestModels.directory("lenet5-1x28-10"), 3);
                InferenceModel model = fresh.snapshot()) {
            int count = 5;
            FloatBuffer pixels = noise(count * 784);

            // When
            InferenceModel.Outputs batch = model.infer(pixels, count);

            // Then
            for (int i = 0; i < count; i++) {
                InferenceModel.Outputs single = model.infer(pixels.slice(i * 784, 784), 1);
                float[] expected = Arrays.copyOfRange(batch.logits(), i * 10, i * 10 + 10);
                assertThat(single.logits()).containsExactly(expected, org.assertj.core.api.Assertions.within(1e-5f));
                assertThat(single.argmax(0)).isEqualTo(batch.argmax(i));
            }
        }
    }

    @Test
    void threadsShareAModelAndLeaveNoMemoryBehind() throws Exception {
        // Given
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TrainableModel fresh = TrainableModel.load(TestModels.directory("resnet8-3x32-10"), 3);
                InferenceModel model = fresh.snapshot()) {
            FloatBuffer pixels = noise(2 * 3072);
            float[] expected = model.infer(pixels, 2).features();
            int held = model.heldArrays();

            // When
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(() -> model.infer(pixels, 2).features()));
            }

            // Then
            for (Future<float[]> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected);
            }
            assertThat(model.heldArrays()).isEqualTo(held);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tooFewPixelsAreRefused() {
        try (InferenceModel model = InferenceModel.load(TestModels.directory("lenet5-1x28-10"))) {
            assertThatThrownBy(() -> model.infer(FloatBuffer.allocate(784), 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs 1568 values, got 784");
        }
    }

    private void copyBuiltin(java.util.function.UnaryOperator<byte[]> change) throws IOException {
        Path source = TestModels.directory("lenet5-1x28-10");
        ModelDescription description = ModelDescription.read(source);
        Path module = directory.resolve("model.pt");
        Files.write(module, change.apply(Files.readAllBytes(source.resolve("model.pt"))));
        new ModelDescription(
                        "copy",
                        description.input(),
                        description.classes(),
                        description.mean(),
                        description.std(),
                        description.featureSize(),
                        Digests.sha256(module),
                        null,
                        List.of(),
                        List.of(),
                        null,
                        null)
                .write(directory);
    }

    private static FloatBuffer noise(int values) {
        Random random = new Random(2);
        FloatBuffer pixels = FloatBuffer.allocate(values);
        while (pixels.hasRemaining()) {
            pixels.put((float) random.nextGaussian());
        }
        return pixels.flip();
    }
}
