// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.condense.Lesson;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class UnrolledNetworkTest {

    private static final float[] RATES = {0.4f, 0.2f, 0.3f};

    @TempDir
    Path directory;

    @Test
    void everyImageValueAndEveryRateAgreesWithFiniteDifferences() {
        // Given
        float[] weights = normal("weights", 15);
        float[] pixels = normal("pixels", 2 * 2 * 3);
        float[] real = normal("real", 30 * 3);
        int[] realLabels = labels(30, 5);
        int[] labels = {0, 3, 1, 4};
        try (UnrolledNetwork network = UnrolledNetwork.load(TestModels.linear())) {
            ToDoubleFunction<float[][]> loss = values -> network.descend(
                            weights,
                            new UnrolledNetwork.Lessons(values[0], labels, 2),
                            values[1],
                            FloatBuffer.wrap(real),
                            realLabels)
                    .loss();

            // When
            UnrolledNetwork.Outcome outcome = network.descend(
                    weights, new UnrolledNetwork.Lessons(pixels, labels, 2), RATES, FloatBuffer.wrap(real), realLabels);

            // Then
            for (int i = 0; i < pixels.length; i++) {
                int index = i;
                double slope = slope(pixels, index, changed -> loss.applyAsDouble(new float[][] {changed, RATES}));
                assertThat((double) outcome.pixels()[i]).as("pixel " + i).isCloseTo(slope, within(2e-4));
            }
            for (int t = 0; t < RATES.length; t++) {
                double slope = slope(RATES, t, changed -> loss.applyAsDouble(new float[][] {pixels, changed}));
                assertThat((double) outcome.rates()[t]).as("rate " + t).isCloseTo(slope, within(2e-4));
            }
        }
    }

    /** oneDNN computes the gradient by the images wrongly where a first convolution has six outputs. */
    @Test
    void gradientsAreThoseOfTheLibrarysOwnConvolutions() {
        // Given
        UnrolledNetwork.Lessons lessons = new UnrolledNetwork.Lessons(normal("images", 10 * 784), labels(10, 10), 1);
        FloatBuffer real = FloatBuffer.wrap(normal("real", 30 * 784));
        Path model = TestModels.directory("lenet5-1x28-10");
        try (UnrolledNetwork network = UnrolledNetwork.load(model);
                TrainableModel start = TrainableModel.load(model, 3, Initialisation.XAVIER_NORMAL)) {
            float[] weights = start.parameterVector();

            // When
            UnrolledNetwork.Outcome outcome = network.descend(weights, lessons, RATES, real, labels(30, 10));

            // Then
            try (OneDnnOff off = new OneDnnOff()) {
                assertThat(network.descend(weights, lessons, RATES, real, labels(30, 10))
                                .pixels())
                        .isEqualTo(outcome.pixels());
            }
        }
    }

    /** Central difference; the step is a compromise between float32 rounding and curvature. */
    private static double slope(float[] values, int index, ToDoubleFunction<float[]> loss) {
        float step = 1e-2f;
        float[] above = values.clone();
        float[] below = values.clone();
        above[index] += step;
        below[index] -= step;
        return (loss.applyAsDouble(above) - loss.applyAsDouble(below)) / ((double) above[index] - below[index]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5-1x28-10", "lenet5-3x32-10", "resnet8-1x28-10", "vgg-1x28-10"})
    void theStepsAreThoseOfOrdinaryTraining(String name) {
        // Given
        Path model = TestModels.directory(name);
        int values = name.contains("1x28") ? 28 * 28 : 3 * 32 * 32;
        float[] rates = {0.05f, 0.02f, 0.03f};
        UnrolledNetwork.Lessons lessons = new UnrolledNetwork.Lessons(normal("images", 20 * values), labels(20, 10), 2);
        try (UnrolledNetwork network = UnrolledNetwork.load(model);
                TrainableModel ordinary = TrainableModel.load(model, 3, Initialisation.XAVIER_NORMAL)) {
            float[] start = ordinary.parameterVector();

            // When
            UnrolledNetwork.Outcome outcome =
                    network.descend(start, lessons, rates, FloatBuffer.wrap(normal("real", 8 * values)), labels(8, 10));
            try (OneDnnOff off = new OneDnnOff()) {
                Lesson.learn(ordinary, start, lessons, rates);
            }

            // Then
            assertThat(outcome.trained()).isNotEqualTo(start);
            assertThat(largestDifference(outcome.trained(), ordinary.parameterVector()))
                    .isLessThan(2e-5f);
            assertThat(outcome.pixels()).hasSize(20 * values).isNotEqualTo(new float[20 * values]);
            assertThat(outcome.weights()).hasSize(start.length);
        }
    }

    /** AssertJ boxes each of the millions of weights. */
    private static float largestDifference(float[] left, float[] right) {
        assertThat(left).hasSameSizeAs(right);
        float largest = 0;
        for (int i = 0; i < left.length; i++) {
            largest = Math.max(largest, Math.abs(left[i] - right[i]));
        }
        return largest;
    }

    @Test
    void manyCallsGiveTheSameAndHoldNoMoreMemory() {
        // Given
        float[] pixels = normal("pixels", 10 * 784);
        UnrolledNetwork.Lessons lessons = new UnrolledNetwork.Lessons(pixels, labels(10, 10), 1);
        FloatBuffer real = FloatBuffer.wrap(normal("real", 16 * 784));
        try (UnrolledNetwork network = UnrolledNetwork.load(TestModels.directory("lenet5-1x28-10"))) {
            float[] weights = normal("weights", 61706);
            UnrolledNetwork.Outcome first = network.descend(weights, lessons, RATES, real, labels(16, 10));
            int arrays = Torch.liveArrays();

            // When
            UnrolledNetwork.Outcome last = first;
            for (int i = 0; i < 20; i++) {
                last = network.descend(weights, lessons, RATES, real, labels(16, 10));
            }

            // Then
            assertThat(Torch.liveArrays()).isEqualTo(arrays);
            assertThat(last.loss()).isEqualTo(first.loss());
            assertThat(last.pixels()).isEqualTo(first.pixels());
        }
    }

    @Test
    void aModelWithoutTheModuleIsRefusedWithTheCommandThatMakesIt() throws IOException {
        // Given
        Path source = TestModels.directory("lenet5-1x28-10");
        for (String file : new String[] {"model.pt", "model.json"}) {
            Files.copy(source.resolve(file), directory.resolve(file));
        }

        // When
        var load = assertThatThrownBy(() -> UnrolledNetwork.load(directory));

        // Then
        load.isInstanceOf(ModelException.class)
                .hasMessageContaining("condense.pt")
                .hasMessageContaining("--condense")
                .hasMessageContaining("export.py");
    }

    static float[] normal(String name, int count) {
        Draws draws = new Draws(7, name);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) draws.normal();
        }
        return values;
    }

    private static int[] labels(int count, int classes) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % classes);
        return labels;
    }
}
