// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.TensorFile;
import io.wildstream.engine.torch.Tensors;
import io.wildstream.engine.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adam as {@code torch.optim.Adam} computes it.
 *
 * <pre>
 * g = gradient + weightDecay * p
 * m = beta1 * m + (1 - beta1) * g           m, v start at 0; t counts steps from 1
 * v = beta2 * v + (1 - beta2) * g^2
 * p = p - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * <p>Kingma and Ba 2015, arXiv:1412.6980, algorithm 1, with torch's placing of epsilon. A parameter that no backward has reached yet
 * has the gradient 0, as in {@link Sgd}.
 */
public final class Adam implements Optimizer {

    /**
     * Constants of the method.
     *
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon above 0
     * @param weightDecay at least 0, added to the gradient (not decoupled)
     */
    public record Options(double beta1, double beta2, double epsilon, double weightDecay) {

        /** 0.9, 0.999, 1e-8, no weight decay. */
        public static final Options DEFAULT = new Options(0.9, 0.999, 1e-8, 0);

        public Options {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && weightDecay >= 0)) {
                throw new IllegalArgumentException("betas must be in [0, 1), epsilon above 0, weightDecay at least 0");
            }
        }
    }

    private static final String STEP = "adam.step";

    private final NDManager manager;
    private final SortedMap<String, NDArray> parameters;
    private final Options options;
    private final Moments mean;
    private final Moments variance;
    /** Steps so far, an int64 scalar, so that it is saved with the moments. */
    private final NDArray steps;

    /** An optimizer over these named parameters, with zero moments. */
    public Adam(SortedMap<String, NDArray> parameters, Options options) {
        this.manager = Torch.newManager();
        this.parameters = parameters;
        this.options = options;
        this.mean = new Moments(manager, parameters, "mean");
        this.variance = new Moments(manager, parameters, "variance");
        this.steps = Torch.keep(manager.zeros(new Shape(1), DataType.INT64));
        steps.setName(STEP);
    }

    @Override
    public void step(double learningRate) {
        long step = steps.getLong(0) + 1;
        Tensors.writeBytes(
                steps,
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(step)
                        .flip());
        float rate = (float) (learningRate / (1 - Math.pow(options.beta1, (double) step)));
        float correction = (float) Math.sqrt(1 - Math.pow(options.beta2, (double) step));
        Torch.scoped(() -> {
            parameters.forEach((name, parameter) -> update(name, parameter, rate, correction));
            return true;
        });
    }

    private void update(String name, NDArray parameter, float rate, float varianceCorrection) {
        PtNDArray raw = Gradients.gradient(parameter);
        NDArray gradient = raw == null ? parameter.zerosLike() : raw;
        if (options.weightDecay > 0) {
            gradient = parameter.mul((float) options.weightDecay).addi(gradient);
        }
        NDArray m = mean.of(name);
        NDArray v = variance.of(name);
        m.muli((float) options.beta1).addi(gradient.mul((float) (1 - options.beta1)));
        v.muli((float) options.beta2).addi(gradient.square().muli((float) (1 - options.beta2)));
        NDArray divisor = v.sqrt().divi(varianceCorrection).addi((float) options.epsilon);
        parameter.subi(m.div(divisor).muli(rate));
    }

    @Override
    public NDList state() {
        NDList all = new NDList(mean.arrays());
        all.addAll(variance.arrays());
        all.add(steps);
        return all;
    }

    @Override
    public void restore(NDList state) {
        mean.restore(state);
        variance.restore(state);
        SortedMap<String, NDArray> count = new TreeMap<>();
        count.put(STEP, steps);
        TensorFile.copyByName(state, count);
    }

    @Override
    public void close() {
        manager.close();
    }
}
