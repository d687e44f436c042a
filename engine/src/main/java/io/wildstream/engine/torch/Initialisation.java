// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Fresh weights from a seed: equal in every process, on every machine and JDK, whatever the order of the parameters.
 *
 * <p>A weight of two or more dimensions is one of a convolution or linear layer; fanIn is the product of all its dimensions but the
 * first. A weight of one dimension (normalisation) is 1 and its bias 0; running means are 0, running variances 1, counts 0.
 */
public enum Initialisation {
    /**
     * Weights from {@code N(0, 2 / fanIn)}, biases 0: He et al. 2015, arXiv:1502.01852, equation 10.
     */
    KAIMING_NORMAL {
        @Override
        float[] weights(int size, int fanIn, int fanOut, Draws draws) {
            return normal(size, Math.sqrt(2.0 / fanIn), draws);
        }

        @Override
        float[] biases(int size, int fanIn, Draws draws) {
            return new float[size];
        }
    },
    /**
     * Weights and biases uniform in {@code [-1, 1] / sqrt(fanIn)}: what torch gives a new layer. Smaller than Kaiming's by the factor
     * sqrt(6), so that layers before a BatchNorm turn faster in a short training.
     */
    FAN_IN_UNIFORM {
        @Override
        float[] weights(int size, int fanIn, int fanOut, Draws draws) {
            double bound = 1 / Math.sqrt(fanIn);
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) (bound * (2 * draws.unit() - 1));
            }
            return values;
        }

        @Override
        float[] biases(int size, int fanIn, Draws draws) {
            return weights(size, fanIn, fanIn, draws);
        }
    },
    /**
     * Weights from {@code N(0, 2 / (fanIn + fanOut))}, biases 0: Glorot and Bengio 2010, equation 12, with torch's fanOut of a
     * convolution (its first dimension times its kernel). What dataset distillation draws its networks from.
     */
    XAVIER_NORMAL {
        @Override
        float[] weights(int size, int fanIn, int fanOut, Draws draws) {
            return normal(size, Math.sqrt(2.0 / (fanIn + fanOut)), draws);
        }

        @Override
        float[] biases(int size, int fanIn, Draws draws) {
            return new float[size];
        }
    };

    /** Values of a convolution's or linear layer's weight. */
    abstract float[] weights(int size, int fanIn, int fanOut, Draws draws);

    /** Values of its bias. */
    abstract float[] biases(int size, int fanIn, Draws draws);

    void apply(Map<String, NDArray> parameters, Map<String, NDArray> buffers, long seed) {
        parameters.forEach((name, array) -> {
            NDArray weight = parameters.getOrDefault(name.replaceFirst("bias$", "weight"), array);
            Tensors.write(array, FloatBuffer.wrap(parameter(name, array, weight.getShape(), new Draws(seed, name))));
        });
        buffers.forEach(Initialisation::fillBuffer);
    }

    private float[] parameter(String name, NDArray array, Shape weight, Draws draws) {
        int size = Math.toIntExact(array.getShape().size());
        boolean isBias = name.endsWith("bias");
        if (weight.dimension() < 2) {
            return constant(size, isBias ? 0f : 1f);
        }
        int fanIn = Math.toIntExact(weight.size() / weight.get(0));
        int fanOut = Math.toIntExact(weight.size() / weight.get(1));
        return isBias ? biases(size, fanIn, draws) : weights(size, fanIn, fanOut, draws);
    }

    private static void fillBuffer(String name, NDArray array) {
        boolean known =
                name.endsWith("running_mean") || name.endsWith("running_var") || name.endsWith("num_batches_tracked");
        if (!known) {
            return;
        }
        int size = Math.toIntExact(array.getShape().size());
        if (array.getDataType() == DataType.FLOAT32) {
            Tensors.write(array, FloatBuffer.wrap(constant(size, name.endsWith("running_var") ? 1f : 0f)));
            return;
        }
        Tensors.writeBytes(array, ByteBuffer.allocate(size * array.getDataType().getNumOfBytes()));
    }

    private static float[] normal(int size, double deviation, Draws draws) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * draws.normal());
        }
        return values;
    }

    private static float[] constant(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }
}
