// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneDnnOffTest {

    private static final int IMAGES = 2;
    private static final int SIDE = 9;

    /** As many outputs as fill whole registers, and others. */
    @ParameterizedTest
    @CsvSource({"6,1,5", "6,3,5", "12,8,3", "24,16,3", "16,16,3"})
    void theGradientByTheInputIsThatOfPlainArithmetic(int outputs, int inputs, int kernel) {
        // Given
        float[] weights = values(1, outputs * inputs * kernel * kernel);
        float[] factors = values(2, IMAGES * outputs * SIDE * SIDE);

        // When
        float[] gradient;
        try (OneDnnOff off = new OneDnnOff()) {
            gradient = gradient(outputs, inputs, kernel, weights, factors);
        }

        // Then
        int padding = kernel / 2;
        for (int n = 0; n < IMAGES; n++) {
            for (int i = 0; i < inputs; i++) {
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        double sum = 0;
                        for (int o = 0; o < outputs; o++) {
                            for (int r = 0; r < kernel; r++) {
                                for (int c = 0; c < kernel; c++) {
                                    int top = y + padding - r;
                                    int left = x + padding - c;
                                    if (top >= 0 && top < SIDE && left >= 0 && left < SIDE) {
                                        sum += (double) weights[((o * inputs + i) * kernel + r) * kernel + c]
                                                * factors[((n * outputs + o) * SIDE + top) * SIDE + left];
                                    }
                                }
                            }
                        }
                        assertThat((double) gradient[((n * inputs + i) * SIDE + y) * SIDE + x])
                                .isCloseTo(sum, within(1e-3 * (1 + Math.abs(sum))));
                    }
                }
            }
        }
    }

    /** Of the sum of the outputs, each times its factor. */
    private static float[] gradient(int outputs, int inputs, int kernel, float[] weights, float[] factors) {
        try (NDManager manager = Torch.newManager();
                Torch.Graph graph = new Torch.Graph()) {
            NDArray images = array(manager, values(3, IMAGES * inputs * SIDE * SIDE), IMAGES, inputs, SIDE, SIDE);
            images.setRequiresGradient(true);
            NDArray outcome = JniUtils.convolution(
                    (PtNDArray) images,
                    (PtNDArray) array(manager, weights, outputs, inputs, kernel, kernel),
                    (PtNDArray) manager.zeros(new Shape(outputs)),
                    new Shape(1, 1),
                    new Shape(kernel / 2, kernel / 2),
                    new Shape(1, 1),
                    1);
            var unused = Torch.backward(outcome.mul(array(manager, factors, IMAGES, outputs, SIDE, SIDE))
                    .sum());
            return images.getGradient().toFloatArray();
        }
    }

    private static NDArray array(NDManager manager, float[] values, long... shape) {
        return Torch.tensor(manager, FloatBuffer.wrap(values), new Shape(shape));
    }

    private static float[] values(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-8, 9) / 8f;
        }
        return values;
    }
}
