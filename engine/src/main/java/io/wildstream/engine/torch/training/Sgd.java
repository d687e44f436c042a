// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.Torch;
import java.util.SortedMap;

/**
 * Stochastic gradient descent as {@code torch.optim.SGD} (dampening 0) computes it.
 *
 * <pre>
 * g = gradient + weightDecay * p
 * b = momentum * b + g                      b starts at 0
 * p = p - learningRate * (nesterov ? g + momentum * b : b)
 * </pre>
 *
 * <p>Formula: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html. The learning rate is no part of the momentum, so
 * that it may change between steps. A parameter that no backward has reached yet has
 * the gradient 0: torch leaves it alone, and then a process that goes on from a file would not do what the one before did.
 */
public final class Sgd implements Optimizer {

    /**
     * Constants of the method.
     *
     * @param momentum in [0, 1)
     * @param weightDecay at least 0
     * @param nesterov whether to look ahead along the momentum
     */
    public record Options(double momentum, double weightDecay, boolean nesterov) {

        public Options {
            if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
                throw new IllegalArgumentException("momentum must be in [0, 1) and weightDecay at least 0, got "
                        + momentum + " and " + weightDecay);
            }
        }
    }

    private final NDManager manager;
    private final SortedMap<String, NDArray> parameters;
    private final Options options;
    private final Moments momentum;

    /** An optimizer over these named parameters, with zero momentum. */
    public Sgd(SortedMap<String, NDArray> parameters, Options options) {
        this.manager = Torch.newManager();
        this.parameters = parameters;
        this.options = options;
        this.momentum = new Moments(manager, parameters, "momentum");
    }

    @Override
    public void step(double learningRate) {
        Torch.scoped(() -> {
            NDArray rate = manager.create((float) learningRate);
            NDArray decay = manager.create((float) options.weightDecay);
            NDArray factor = manager.create((float) options.momentum);
            parameters.forEach((name, parameter) -> update(parameter, momentum.of(name), rate, decay, factor));
            return true;
        });
    }

    private void update(NDArray parameter, NDArray buffer, NDArray rate, NDArray decay, NDArray factor) {
        PtNDArray raw = Gradients.gradient(parameter);
        NDArray gradient = parameter.mul(decay);
        if (raw != null) {
            gradient.addi(raw);
        }
        buffer.muli(factor).addi(gradient);
        NDArray direction = options.nesterov ? buffer.mul(factor).addi(gradient) : buffer;
        parameter.subi(direction.mul(rate));
    }

    @Override
    public NDList state() {
        return momentum.arrays();
    }

    @Override
    public void restore(NDList state) {
        momentum.restore(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
