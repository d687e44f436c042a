// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.TestModels;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class BuiltinModelsTest {

    static List<String> names() {
        return TestModels.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyBuiltinModelLoadsAndAnswers(String name) {
        // Given
        int count = 3;
        try (InferenceModel model = InferenceModel.load(TestModels.directory(name))) {
            ImageShape input = model.description().image();

            // When
            InferenceModel.Outputs outputs = model.infer(FloatBuffer.allocate(count * input.values()), count);

            // Then
            assertThat(outputs.logits()).hasSize(count * model.description().classCount());
            assertThat(outputs.features()).hasSize(count * model.description().featureSize());
        }
    }

    @ParameterizedTest
    @CsvSource({"lenet5-1x28-10,61706", "vgg-1x28-10,866042"})
    void parameterCountsAreThoseOfTheReference(String name, long expected) {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 1)) {
            // When
            long count = model.parameterCount();

            // Then
            assertThat(count).isEqualTo(expected);
        }
    }

    @Test
    void aModelInTrainingModeHasGradientsForAllParameters() {
        // Given
        try (TrainableModel model = TrainableModel.load(TestModels.directory("resnet8-3x32-10"), 3)) {
            // When
            double loss = Torch.backward(() -> {
                NDArray images = model.manager().ones(new Shape(4, 3, 32, 32));
                return model.forward(images).get(0).square().mean();
            });

            // Then
            assertThat(loss).isPositive();
            assertThat(model.buffers()).containsKeys("body.bn.running_mean", "body.bn.num_batches_tracked");
            assertThat(model.parameters().values()).allMatch(parameter -> Gradients.gradient(parameter) != null);
        }
    }
}
