// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientCheckTest {

    /** Its second convolution has 12 outputs. */
    private static final Path ODD = Path.of("src/test/resources/models/odd-3x12-2");

    @ParameterizedTest
    @CsvSource({"16,16,3,3", "12,8,3,3", "6,16,5,5", "10,24,1,1", "9,4,2,3", "16,3,16,16"})
    void theLibrarysOwnGradientsAreRight(long outputs, long inputs, long rows, long columns) {
        // When // Then
        try (NDManager manager = Torch.newManager();
                OneDnnOff off = new OneDnnOff()) {
            assertThat(GradientCheck.isRight(manager, new Shape(outputs, inputs, rows, columns)))
                    .isTrue();
        }
    }

    @Test
    void wholeRegistersGiveRightGradientsOnEveryProcessor() {
        // When // Then
        try (NDManager manager = Torch.newManager()) {
            assertThat(GradientCheck.isRight(manager, new Shape(16, 16, 3, 3))).isTrue();
            assertThat(GradientCheck.isRight(manager, new Shape(32, 16, 3, 3))).isTrue();
        }
    }

    /** Fails on processors where oneDNN is wrong, unless the model is computed without it. */
    @Test
    void aStudentLearnsByRightGradientsWhateverItsLayersAre() {
        // Given
        float[] wanted;
        try (OneDnnOff off = new OneDnnOff()) {
            wanted = learned();
        }

        // When
        float[] found = learned();

        // Then
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat((double) found[i]).isCloseTo(wanted[i], within(1e-4 * (1 + Math.abs(wanted[i]))));
        }
    }

    @Test
    void onlyAModelThatNeedsItIsComputedWithoutOneDnn() {
        // When
        boolean odd;
        boolean usual;
        try (TrainableModel model = TrainableModel.load(ODD, 1)) {
            odd = model.hasOwnConvolutions();
        }
        try (TrainableModel model = TrainableModel.load(TestModels.directory("lenet5-1x28-10"), 1)) {
            usual = model.hasOwnConvolutions();
        }

        // Then
        assertThat(usual).isFalse();
        try (NDManager manager = Torch.newManager()) {
            assertThat(odd).isEqualTo(!GradientCheck.isRight(manager, new Shape(12, 8, 3, 3)));
        }
    }

    /** The weights after three steps. */
    private static float[] learned() {
        int images = 4;
        float[] pixels = new float[images * 3 * 12 * 12];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 101) / 50f - 1;
        }
        try (TrainableModel model = TrainableModel.load(ODD, 5);
                CrossEntropyTrainer trainer = new CrossEntropyTrainer(model, new Sgd.Options(0.9, 0, false))) {
            for (int step = 0; step < 3; step++) {
                trainer.step(FloatBuffer.wrap(pixels), new int[] {0, 1, 1, 0}, 0.1);
            }
            return model.parameterVector();
        }
    }
}
