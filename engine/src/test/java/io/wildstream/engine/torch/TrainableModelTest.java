// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class TrainableModelTest {

    private static final int BATCH = 16;

    @ParameterizedTest
    @ValueSource(strings = {"lenet5-1x28-10", "resnet8-3x32-10", "vgg-1x28-10"})
    void resumeIsBitEqualToARunThatNeverStopped(String name, @TempDir Path directory) throws Exception {
        // Given
        int half = name.startsWith("vgg") ? 4 : 20;
        String straight;
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 7);
                CrossEntropyTrainer trainer = trainer(model)) {
            steps(model, trainer, 0, 2 * half);
            straight = model.weightsSha256();
        }
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 7);
                CrossEntropyTrainer trainer = trainer(model)) {
            steps(model, trainer, 0, half);
            TensorFile.write(directory.resolve("weights"), model.state());
            TensorFile.write(directory.resolve("moments"), trainer.optimizer().state());
        }

        // When
        String resumed;
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 8);
                CrossEntropyTrainer trainer = trainer(model);
                NDManager manager = Torch.newManager()) {
            model.restore(TensorFile.read(manager, directory.resolve("weights")));
            trainer.optimizer().restore(TensorFile.read(manager, directory.resolve("moments")));
            steps(model, trainer, half, 2 * half);
            resumed = model.weightsSha256();
        }

        // Then
        assertThat(resumed).isEqualTo(straight);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5-1x28-10", "resnet8-3x32-10"})
    void anotherProcessResumesBitForBit(String name, @TempDir Path directory) throws Exception {
        // Given
        String straight;
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 7);
                CrossEntropyTrainer trainer = trainer(model)) {
            steps(model, trainer, 0, 20);
            TensorFile.write(directory.resolve("weights"), model.state());
            TensorFile.write(directory.resolve("moments"), trainer.optimizer().state());
            steps(model, trainer, 20, 40);
            straight = model.weightsSha256();
        }

        // When
        String resumed = ResumingProcess.run(name, directory, 20, 40);

        // Then
        assertThat(resumed).isEqualTo(straight);
    }

    @Test
    void everyStepChangesWeightsAndBuffers() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("resnet8-3x32-10"), 7);
                CrossEntropyTrainer trainer = trainer(model)) {
            String before = model.weightsSha256();
            float mean = model.buffers().get("body.bn.running_mean").getFloat(0);

            // When
            steps(model, trainer, 0, 1);

            // Then
            assertThat(model.weightsSha256()).isNotEqualTo(before);
            assertThat(model.buffers().get("body.bn.running_mean").getFloat(0)).isNotEqualTo(mean);
            assertThat(model.buffers().get("body.bn.num_batches_tracked").getLong())
                    .isEqualTo(1);
        }
    }

    @Test
    void seedsDecideTheWeights() {
        // Given
        Path directory = TestModels.directory("lenet5-1x28-10");
        try (TrainableModel one = TrainableModel.load(directory, 1);
                TrainableModel again = TrainableModel.load(directory, 1);
                TrainableModel other = TrainableModel.load(directory, 2)) {
            // When
            String digest = one.weightsSha256();

            // Then
            assertThat(digest).isEqualTo(again.weightsSha256()).isNotEqualTo(other.weightsSha256());
        }
    }

    @Test
    void freshWeightsAreKaimingNormal() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("vgg-1x28-10"), 5)) {
            // When
            float[] linear = model.parameters().get("body.hidden.0.weight").toFloatArray();

            // Then
            double sum = 0;
            double squares = 0;
            for (float value : linear) {
                sum += value;
                squares += (double) value * value;
            }
            double variance = 2.0 / 3136;
            assertThat(sum / linear.length).isCloseTo(0, within(5 * Math.sqrt(variance / linear.length)));
            assertThat(squares / linear.length).isCloseTo(variance, within(0.01 * variance));
            assertThat(model.parameters().get("body.hidden.0.bias").toFloatArray())
                    .containsOnly(0f);
            assertThat(model.parameters().get("body.convolutions.1.weight").toFloatArray())
                    .containsOnly(1f);
            assertThat(model.buffers().get("body.convolutions.1.running_var").toFloatArray())
                    .containsOnly(1f);
        }
    }

    @Test
    void uniformWeightsAndBiasesStayWithinTheirBound() {
        // Given
        Path directory = TestModels.directory("vgg-1x28-10");
        try (TrainableModel model = TrainableModel.load(directory, 5, Initialisation.FAN_IN_UNIFORM)) {
            // When
            float[] weights = model.parameters().get("body.hidden.0.weight").toFloatArray();
            float[] biases = model.parameters().get("body.hidden.0.bias").toFloatArray();

            // Then
            float bound = (float) (1 / Math.sqrt(3136));
            double squares = 0;
            for (float value : weights) {
                assertThat(Math.abs(value)).isLessThanOrEqualTo(bound);
                squares += (double) value * value;
            }
            assertThat(squares / weights.length).isCloseTo(bound * bound / 3.0, within(0.01 * bound * bound));
            assertThat(biases).doesNotContain(0f);
            assertThat(model.parameters().get("body.convolutions.1.bias").toFloatArray())
                    .containsOnly(0f);
        }
    }

    @Test
    void twoHundredStepsHoldNoMoreArraysThanTen() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("lenet5-1x28-10"), 1);
                CrossEntropyTrainer trainer = trainer(model)) {
            steps(model, trainer, 0, 10);
            int before = model.manager().getManagedArrays().size();

            // When
            steps(model, trainer, 10, 210);

            // Then
            assertThat(model.manager().getManagedArrays()).hasSize(before);
            assertThat(model.parameters().values()).noneMatch(NDArray::isReleased);
        }
    }

    @Test
    void aSnapshotAnswersAsTheModelAndStaysAsItWas() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("resnet8-3x32-10"), 1);
                CrossEntropyTrainer trainer = trainer(model)) {
            steps(model, trainer, 0, 2);
            FloatBuffer pixels = pixels(model.description().image(), 99);
            float[] expected = evaluate(model, pixels);
            try (InferenceModel snapshot = model.snapshot()) {
                // When
                steps(model, trainer, 2, 4);

                // Then
                assertThat(snapshot.infer(pixels, BATCH).logits()).isEqualTo(expected);
                assertThat(evaluate(model, pixels)).isNotEqualTo(expected);
            }
        }
    }

    @Test
    void stateOfAnotherShapeIsRefused() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("lenet5-1x28-10"), 1);
                TrainableModel other = TrainableModel.load(TestModels.directory("lenet5-1x28-100"), 1)) {
            NDList state = other.state();

            // When / Then
            assertThatThrownBy(() -> model.restore(state)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> model.restore(new NDList())).hasMessageContaining("body.conv1.bias");
        }
    }

    private static float[] evaluate(TrainableModel model, FloatBuffer pixels) {
        model.setTraining(false);
        try {
            ImageShape input = model.description().image();
            return Torch.scoped(() -> model.forward(Torch.tensor(
                            model.manager(),
                            pixels,
                            new ai.djl.ndarray.types.Shape(BATCH, input.channels(), input.height(), input.width())))
                    .get(0)
                    .toFloatArray());
        } finally {
            model.setTraining(true);
        }
    }

    static CrossEntropyTrainer trainer(TrainableModel model) {
        return new CrossEntropyTrainer(model, new Sgd.Options(0.9, 5e-4, true));
    }

    static void steps(TrainableModel model, CrossEntropyTrainer trainer, int from, int to) {
        for (int step = from; step < to; step++) {
            Torch.seed(1000 + step);
            Random random = new Random(step);
            int[] labels =
                    random.ints(BATCH, 0, model.description().classCount()).toArray();
            trainer.step(pixels(model.description().image(), step), labels, 0.01);
        }
    }

    private static FloatBuffer pixels(ImageShape input, long seed) {
        Random random = new Random(seed);
        FloatBuffer pixels = FloatBuffer.allocate(BATCH * input.values());
        while (pixels.hasRemaining()) {
            pixels.put(random.nextFloat());
        }
        return pixels.flip();
    }
}
