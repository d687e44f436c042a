// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.Torch;
import io.wildstream.engine.torch.TrainableModel;
import java.nio.FloatBuffer;

/**
 * Steps of supervised training: mean cross-entropy {@code -ln softmax(logits)[label]}, backward, SGD update.
 *
 * <p>Borrows the model; owns the optimizer.
 */
public final class CrossEntropyTrainer implements AutoCloseable {

    private final TrainableModel model;
    private final Sgd optimizer;

    /** Trains this model with SGD. */
    public CrossEntropyTrainer(TrainableModel model, Sgd.Options options) {
        this.model = model;
        this.optimizer = new Sgd(model.parameters(), options);
    }

    /** The moments of the update. */
    public Sgd optimizer() {
        return optimizer;
    }

    /**
     * One step.
     *
     * @param pixels labels.length * C*H*W normalised values
     * @param labels classes in [0, K)
     * @param learningRate of this step
     * @return the loss before the update
     */
    public double step(FloatBuffer pixels, int[] labels, double learningRate) {
        int classes = model.description().classCount();
        NDManager manager = model.manager();
        Gradients.zero(model.parameters().values());
        double loss = Torch.backward(() -> {
            NDArray images = Torch.batch(
                    manager, pixels, labels.length, model.description().input());
            NDArray logits = model.forward(images).get(0);
            Shape targetShape = new Shape(labels.length, classes);
            NDArray targets = Torch.tensor(manager, FloatBuffer.wrap(oneHot(labels, classes)), targetShape);
            NDArray factor = Torch.scalar(manager, -1.0 / labels.length);
            return logits.logSoftmax(1).mul(targets).sum().mul(factor);
        });
        optimizer.step(learningRate);
        return loss;
    }

    private static float[] oneHot(int[] labels, int classes) {
        float[] values = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            values[i * classes + labels[i]] = 1;
        }
        return values;
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
