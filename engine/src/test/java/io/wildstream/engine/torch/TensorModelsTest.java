// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that read tensors: six token ids as int64 of a vocabulary of 20, and rows of a table. */
class TensorModelsTest {

    private static final Path TOKENS = Path.of("src/test/resources/models/tokens-6-3");
    private static final float[] ROW = {0, 1, 2, 3, 4, 19};

    @Test
    void tokenIdsReachTheNetworkAsWholeNumbers() {
        try (InferenceModel model = InferenceModel.load(TOKENS)) {
            // When
            InferenceModel.Outputs outputs = model.infer(FloatBuffer.wrap(ROW), 1);

            // Then
            assertThat(outputs.logits())
                    .containsExactly(new float[] {-0.20456858f, -0.05798498f, -0.06832485f}, within(1e-6f));
            assertThat(model.isSound()).isTrue();
        }
    }

    @Test
    void aNetworkLearnsFromTokenIds() {
        try (TrainableModel model = TrainableModel.load(TOKENS, 1);
                CrossEntropyTrainer trainer = new CrossEntropyTrainer(model, new Sgd.Options(0.9, 0, false))) {
            // When
            double first = trainer.step(FloatBuffer.wrap(ROW), new int[] {2}, 0.1);
            double last = first;
            for (int i = 0; i < 20; i++) {
                last = trainer.step(FloatBuffer.wrap(ROW), new int[] {2}, 0.1);
            }

            // Then
            assertThat(last).isLessThan(first / 2);
        }
    }

    @Test
    void aVocabularyThatIsSmallerThanTheDescriptionSaysIsFoundWhenTheModelIsLoaded(@TempDir Path directory)
            throws IOException {
        // Given
        Path file = Path.of(ModelDescription.DESCRIPTION_FILE);
        Path module = Path.of(ModelDescription.MODULE_FILE);
        Files.copy(TOKENS.resolve(module), directory.resolve(module));
        Files.writeString(
                directory.resolve(file),
                Files.readString(TOKENS.resolve(file)).replace("\"maximum\": 19", "\"maximum\": 2000"));

        // When // Then
        assertThatThrownBy(() -> InferenceModel.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot run on an input of shape (2, 6)");
    }

    @Test
    void theBuiltInNetworkOfTablesAnswers() {
        try (InferenceModel model = InferenceModel.load(TestModels.directory("mlp-32-3"));
                TrainableModel student = TrainableModel.load(TestModels.directory("mlp-32-3"), 1)) {
            // When
            InferenceModel.Outputs outputs = model.infer(FloatBuffer.allocate(64), 2);

            // Then
            assertThat(outputs.logits()).hasSize(6);
            assertThat(outputs.features()).hasSize(128);
            assertThat(student.parameterCount()).isEqualTo(6467);
        }
    }
}
