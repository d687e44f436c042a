// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Holds the gradients that the library gives of convolutions by their inputs against plain arithmetic, for each shape of weights that a
 * network has, but for those that take the network's own inputs, whose gradient nobody needs. {@link OneDnnOff} says what is found.
 */
final class GradientCheck {

    private static final double TOLERANCE = 1e-3;
    private static final int IMAGES = 2;
    /** Inputs of a position that are computed here: a wrong sum is wrong in all of them. */
    private static final int CHECKED = 8;

    private static final long SEED = 0x5ca1ab1eL;

    private GradientCheck() {}

    /**
     * Whether all gradients are right that a step of a module needs.
     *
     * @param channels of the network's inputs
     */
    static boolean isRight(PtSymbolBlock module, NDManager manager, long channels) {
        return ConvolutionCheck.shapes(module, manager).stream()
                .filter(shape -> shape.get(1) != channels)
                .allMatch(shape -> isRight(manager, shape));
    }

    /** Whether the gradient by the inputs is right for weights of a shape: outputs, inputs, height, width. */
    static boolean isRight(NDManager manager, Shape weightShape) {
        SplittableRandom random = new SplittableRandom(SEED);
        int side = (int) Math.max(weightShape.get(2), weightShape.get(3)) + 3;
        Shape imageShape = new Shape(IMAGES, weightShape.get(1), side, side);
        float[] weights = ConvolutionCheck.values(random, weightShape);
        try (Torch.Graph graph = new Torch.Graph()) {
            NDArray images = tensor(manager, ConvolutionCheck.values(random, imageShape), imageShape);
            images.setRequiresGradient(true);
            NDArray outputs = JniUtils.convolution(
                    (PtNDArray) images,
                    (PtNDArray) tensor(manager, weights, weightShape),
                    (PtNDArray) manager.zeros(new Shape(weightShape.get(0))),
                    new Shape(1, 1),
                    new Shape(weightShape.get(2) / 2, weightShape.get(3) / 2),
                    new Shape(1, 1),
                    1);
            float[] factors = ConvolutionCheck.values(random, outputs.getShape());
            var unused = Torch.backward(
                    outputs.mul(tensor(manager, factors, outputs.getShape())).sum());
            float[] found = images.getGradient().toFloatArray();
            return isRight(found, imageShape, weights, weightShape, factors, outputs.getShape());
        }
    }

    private static boolean isRight(
            float[] found, Shape images, float[] weights, Shape weightShape, float[] factors, Shape outputs) {
        int channels = (int) images.get(1);
        int side = (int) images.get(2);
        for (int n = 0; n < IMAGES; n++) {
            for (int channel = 0; channel < Math.min(CHECKED, channels); channel++) {
                for (int place = 0; place < side * side; place++) {
                    double wanted =
                            gradient(n, channel, place / side, place % side, weights, weightShape, factors, outputs);
                    double value = found[((n * channels) + channel) * side * side + place];
                    if (!(Math.abs(value - wanted) <= TOLERANCE * (1 + Math.abs(wanted)))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Of the sum of all outputs, each times its factor, by one input. */
    private static double gradient(
            int image, int channel, int y, int x, float[] weights, Shape shape, float[] factors, Shape outputs) {
        int rows = (int) shape.get(2);
        int columns = (int) shape.get(3);
        int height = (int) outputs.get(2);
        int width = (int) outputs.get(3);
        double sum = 0;
        for (int output = 0; output < shape.get(0); output++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    int top = y + rows / 2 - r;
                    int left = x + columns / 2 - c;
                    if (top >= 0 && top < height && left >= 0 && left < width) {
                        sum += (double) weights[((output * (int) shape.get(1) + channel) * rows + r) * columns + c]
                                * factors[((image * (int) shape.get(0) + output) * height + top) * width + left];
                    }
                }
            }
        }
        return sum;
    }

    private static NDArray tensor(NDManager manager, float[] values, Shape shape) {
        return Torch.tensor(manager, FloatBuffer.wrap(values), shape);
    }
}
