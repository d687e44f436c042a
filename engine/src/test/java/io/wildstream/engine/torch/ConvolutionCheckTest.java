// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.TestModels;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionCheckTest {

    /** A convolution as it is written in textbooks, over output channels, images and places. */
    private static float[] textbook(
            float[] images, Shape imageShape, float[] weights, Shape weightShape, int channels) {
        int count = (int) imageShape.get(0);
        int inputs = (int) imageShape.get(1);
        int side = (int) imageShape.get(2);
        int outputs = (int) weightShape.get(0);
        int rows = (int) weightShape.get(2);
        int columns = (int) weightShape.get(3);
        int height = side + 2 * (rows / 2) - rows + 1;
        int width = side + 2 * (columns / 2) - columns + 1;
        float[] result = new float[count * outputs * height * width];
        for (int n = 0, at = 0; n < count; n++) {
            for (int o = 0; o < outputs; o++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++, at++) {
                        for (int i = 0; i < channels; i++) {
                            for (int r = 0; r < rows; r++) {
                                for (int c = 0; c < columns; c++) {
                                    int top = y - rows / 2 + r;
                                    int left = x - columns / 2 + c;
                                    if (top >= 0 && top < side && left >= 0 && left < side) {
                                        result[at] += images[((n * inputs + i) * side + top) * side + left]
                                                * weights[((o * inputs + i) * rows + r) * columns + c];
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"6,1,5,5", "16,6,5,5", "20,24,3,3", "7,33,1,1", "4,3,2,2", "3,40,1,7"})
    void aRightConvolutionHasNoProblem(long outputs, long inputs, long rows, long columns) {
        // When
        Optional<String> problem = ConvolutionCheck.problem(
                new Shape(outputs, inputs, rows, columns),
                (images, imageShape, weights, weightShape) ->
                        textbook(images, imageShape, weights, weightShape, (int) inputs));

        // Then
        assertThat(problem).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"20,24,3,3,16", "64,72,3,3,64", "8,17,1,1,16"})
    void aConvolutionThatLeavesChannelsOutIsFound(long outputs, long inputs, long rows, long columns, int channels) {
        // When
        Optional<String> problem = ConvolutionCheck.problem(
                new Shape(outputs, inputs, rows, columns),
                (images, imageShape, weights, weightShape) ->
                        textbook(images, imageShape, weights, weightShape, channels));

        // Then
        assertThat(problem)
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("(%d, %d, %d, %d)".formatted(outputs, inputs, rows, columns))
                        .contains("ONEDNN_MAX_CPU_ISA=AVX2"));
    }

    @Test
    void theNetworksOfThisRepositoryAreComputedRightly() {
        for (String name : new String[] {"lenet5-1x28-10", "vgg-3x32-10", "resnet20-3x32-10"}) {
            Path model = TestModels.directory(name);
            assertThatCode(() -> InferenceModel.load(model).close()).as(name).doesNotThrowAnyException();
        }
    }
}
