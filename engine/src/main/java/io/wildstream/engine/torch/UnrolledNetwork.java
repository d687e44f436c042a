// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A network together with gradient descent on a few images: how well it then does on real images, and the exact gradients of that.
 *
 * <p>The work is done inside the TorchScript module {@code condense.pt}, since only there second-order gradients leak no memory. The
 * network is in evaluation mode and its buffers are constants. Belongs to one thread.
 */
public final class UnrolledNetwork implements AutoCloseable {

    /** File name of the TorchScript module in a model directory. */
    public static final String MODULE_FILE = "condense.pt";

    private static final int OUTPUTS = 6;

    /**
     * Images in the order in which they are learned from.
     *
     * @param pixels batches * labels per batch * C*H*W normalised values
     * @param labels batches * labels per batch classes in [0, K)
     * @param batches S: step t learns from batch t mod S
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Lessons(float[] pixels, int[] labels, int batches) {}

    /**
     * What the descent led to.
     *
     * @param loss mean cross-entropy of the real images under the trained weights
     * @param right how many of the real images have their largest logit at their label
     * @param pixels its derivative by each pixel of the lessons
     * @param rates by each step's rate
     * @param weights by each starting weight
     * @param trained the weights after the last step
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Outcome(double loss, int right, float[] pixels, float[] rates, float[] weights, float[] trained) {}

    private final ModelDescription description;
    private final NDManager manager;
    private final PtSymbolBlock module;

    private UnrolledNetwork(ModelDescription description, NDManager manager, PtSymbolBlock module) {
        this.description = description;
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads the module of a model directory.
     *
     * @throws ModelException when the directory has none
     */
    public static UnrolledNetwork load(Path modelDirectory) {
        ModelDescription description = ModelDescription.read(modelDirectory);
        if (!Files.isRegularFile(modelDirectory.resolve(MODULE_FILE))) {
            throw new ModelException(modelDirectory + " has no " + MODULE_FILE
                    + ", which holds the second-order gradients; export the network again with --condense: "
                    + Modules.exportCommand(modelDirectory));
        }
        NDManager manager = Torch.newManager();
        try {
            PtSymbolBlock module = Modules.load(manager, modelDirectory, MODULE_FILE, true);
            JniUtils.enableInferenceMode(module);
            return new UnrolledNetwork(description, manager, module);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Takes the steps {@code w(t+1) = w(t) - rates[t] * dCE(lessons[t mod S], w(t))/dw} and differentiates the loss at their end.
     *
     * @param weights as {@link TrainableModel#parameterVector}
     * @param rates T learning rates
     * @param real realLabels.length * C*H*W normalised values
     * @param realLabels classes in [0, K)
     */
    public Outcome descend(float[] weights, Lessons lessons, float[] rates, FloatBuffer real, int[] realLabels) {
        int perBatch = lessons.labels().length / lessons.batches();
        return Torch.withGradients(() -> {
            NDList inputs = new NDList(
                    floats(weights, new Shape(weights.length)),
                    floats(lessons.pixels(), imageShape(lessons.batches(), perBatch)),
                    classes(lessons.labels(), new Shape(lessons.batches(), perBatch)),
                    floats(rates, new Shape(rates.length)),
                    Torch.tensor(manager, real, imageShape(realLabels.length)),
                    classes(realLabels, new Shape(realLabels.length)));
            NDList outputs = run(inputs);
            return new Outcome(
                    outputs.get(0).getFloat(),
                    (int) outputs.get(1).getLong(),
                    outputs.get(2).toFloatArray(),
                    outputs.get(3).toFloatArray(),
                    outputs.get(4).toFloatArray(),
                    outputs.get(5).toFloatArray());
        });
    }

    private NDList run(NDList inputs) {
        NDList outputs = forward(inputs);
        if (outputs.size() != OUTPUTS) {
            throw new ModelException(
                    description.name() + ": " + MODULE_FILE + " gives " + outputs.size() + " arrays, not " + OUTPUTS);
        }
        return outputs;
    }

    /**
     * Without the executor's optimizer: its first runs of a module round otherwise than the later ones, so that a condensation that a
     * new process goes on with would end elsewhere. Without oneDNN: the gradients that its convolutions give by their inputs are wrong.
     */
    private NDList forward(NDList inputs) {
        JniUtils.setGraphExecutorOptimize(false);
        try (OneDnnOff off = new OneDnnOff()) {
            return IValueUtils.forward(module, inputs, true);
        } finally {
            JniUtils.setGraphExecutorOptimize(true);
        }
    }

    private NDArray floats(float[] values, Shape shape) {
        return Torch.tensor(manager, FloatBuffer.wrap(values), shape);
    }

    private NDArray classes(int[] labels, Shape shape) {
        return manager.create(
                LongBuffer.wrap(Arrays.stream(labels).asLongStream().toArray()), shape, DataType.INT64);
    }

    private Shape imageShape(long... leading) {
        ImageShape input = description.image();
        return new Shape(leading).addAll(new Shape(input.channels(), input.height(), input.width()));
    }

    /** What is known about the model. */
    public ModelDescription description() {
        return description;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
