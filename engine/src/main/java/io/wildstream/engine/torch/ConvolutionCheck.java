// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Holds the library's convolutions against plain arithmetic, for each shape of weights that a network has. oneDNN 3.7.1, which libtorch
 * 2.7.1 brings along, gives values that are wrong by a third and more on some processors with AVX-512 when a layer has more than 16
 * input channels and no multiple of 16: in each batch alike, so that no comparison of batches finds it.
 */
final class ConvolutionCheck {

    private static final double TOLERANCE = 1e-3;
    /** Two: a batch of one may be computed in another way. */
    private static final int IMAGES = 2;
    /** Outputs of a position that are computed here: a wrong sum is wrong in all of them. */
    private static final int CHECKED = 8;

    private static final long MOST_VALUES = 1 << 24;
    private static final long SEED = 0x5ca1ab1eL;

    /** A convolution without bias, stride 1, whose padding is half of the kernel. */
    interface Convolution {

        /** Its outputs. */
        float[] of(float[] images, Shape imageShape, float[] weights, Shape weightShape);
    }

    private ConvolutionCheck() {}

    /** What is wrong with the convolutions of a module; empty when nothing is. */
    static Optional<String> problem(PtSymbolBlock module, NDManager manager) {
        return Torch.scoped(() -> shapes(module, manager).stream()
                .flatMap(shape -> problem(
                        shape,
                        (images, imageShape, weights, weightShape) ->
                                run(manager, images, imageShape, weights, weightShape))
                        .stream())
                .findFirst());
    }

    /** Shapes of the weights of its convolutions: outputs, inputs, height, width. */
    static Set<Shape> shapes(PtSymbolBlock module, NDManager manager) {
        Set<Shape> shapes = new LinkedHashSet<>();
        for (NDArray parameter : JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
            Shape shape = parameter.getShape();
            if (shape.dimension() == 4 && shape.size() <= MOST_VALUES) {
                shapes.add(shape);
            }
        }
        return shapes;
    }

    /** What is wrong with a convolution by weights of a shape: outputs, inputs, height, width. */
    static Optional<String> problem(Shape weightShape, Convolution convolution) {
        int outputs = Math.toIntExact(weightShape.get(0));
        int side = Math.toIntExact(Math.max(weightShape.get(2), weightShape.get(3))) + 3;
        Shape imageShape = new Shape(IMAGES, weightShape.get(1), side, side);
        SplittableRandom random = new SplittableRandom(SEED);
        float[] images = values(random, imageShape);
        float[] weights = values(random, weightShape);
        float[] found = convolution.of(images, imageShape, weights, weightShape);
        int positions = found.length / (IMAGES * outputs);
        double[] wanted = new double[IMAGES * positions];
        for (int output = 0; output < Math.min(CHECKED, outputs); output++) {
            sums(images, imageShape, weights, weightShape, output, wanted);
            for (int i = 0; i < wanted.length; i++) {
                float value = found[(i / positions * outputs + output) * positions + i % positions];
                if (!(Math.abs(value - wanted[i]) <= TOLERANCE * (1 + Math.abs(wanted[i])))) {
                    return Optional.of("libtorch " + Torch.version() + " computes a convolution by weights of shape "
                            + weightShape + " wrongly on this processor (" + value + " in place of " + (float) wanted[i]
                            + "): start this process with ONEDNN_MAX_CPU_ISA=AVX2 in its environment, which leaves the"
                            + " instructions out that do it");
                }
            }
        }
        return Optional.empty();
    }

    static float[] values(SplittableRandom random, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-8, 9) / 8f;
        }
        return values;
    }

    /** One output of all positions of all images. */
    private static void sums(
            float[] images, Shape imageShape, float[] weights, Shape weightShape, int output, double[] sums) {
        int channels = (int) imageShape.get(1);
        int side = (int) imageShape.get(2);
        int rows = (int) weightShape.get(2);
        int columns = (int) weightShape.get(3);
        int height = side + 2 * (rows / 2) - rows + 1;
        int width = side + 2 * (columns / 2) - columns + 1;
        for (int i = 0; i < sums.length; i++) {
            int image = i / (height * width);
            int top = i / width % height - rows / 2;
            int left = i % width - columns / 2;
            double sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                for (int y = Math.max(0, -top); y < Math.min(rows, side - top); y++) {
                    for (int x = Math.max(0, -left); x < Math.min(columns, side - left); x++) {
                        sum += (double) weights[((output * channels + channel) * rows + y) * columns + x]
                                * images[((image * channels + channel) * side + top + y) * side + left + x];
                    }
                }
            }
            sums[i] = sum;
        }
    }

    /** The library's. */
    private static float[] run(
            NDManager manager, float[] images, Shape imageShape, float[] weights, Shape weightShape) {
        PtNDArray result = JniUtils.convolution(
                (PtNDArray) manager.create(images, imageShape),
                (PtNDArray) manager.create(weights, weightShape),
                (PtNDArray) manager.zeros(new Shape(weightShape.get(0))),
                new Shape(1, 1),
                new Shape(weightShape.get(2) / 2, weightShape.get(3) / 2),
                new Shape(1, 1),
                1);
        return result.toFloatArray();
    }
}
