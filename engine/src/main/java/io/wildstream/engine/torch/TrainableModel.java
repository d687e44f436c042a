// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.wildstream.engine.Durable;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that learns: its parameters have gradients, its buffers (BatchNorm statistics) follow the forwards in training mode.
 *
 * <p>Belongs to one thread. Holds all native memory of the weights until {@link #close}.
 */
public final class TrainableModel implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainableModel.class);

    private final ModelDescription description;
    private final NDManager manager;
    private final PtSymbolBlock module;
    private final SortedMap<String, NDArray> parameters = new TreeMap<>();
    private final SortedMap<String, NDArray> buffers = new TreeMap<>();
    private final @Nullable OneDnnOff ownConvolutions;
    private boolean training;

    private TrainableModel(
            ModelDescription description,
            NDManager manager,
            PtSymbolBlock module,
            NDList buffers,
            @Nullable OneDnnOff ownConvolutions) {
        this.description = description;
        this.ownConvolutions = ownConvolutions;
        this.manager = manager;
        this.module = module;
        Torch.keep(JniUtils.moduleGetParams(module, (PtNDManager) manager))
                .forEach(array -> parameters.put(array.getName(), array));
        Torch.keep(buffers).forEach(array -> this.buffers.put(array.getName(), array));
        setTraining(true);
    }

    /**
     * Loads a model with the weights of its file, in training mode.
     *
     * @throws ModelException when the directory does not hold a module that answers as its description says
     */
    public static TrainableModel load(Path modelDirectory) {
        ModelDescription description = ModelDescription.read(modelDirectory);
        NDManager manager = Torch.newManager();
        OneDnnOff ownConvolutions = null;
        try {
            PtSymbolBlock module = Modules.load(manager, modelDirectory, true);
            JniUtils.enableInferenceMode(module);
            if (!isRight(module, manager, description)) {
                LOGGER.warn(
                        "the gradients of oneDNN are wrong for this model on this processor: its convolutions are computed"
                                + " without oneDNN, which is slower model={}",
                        modelDirectory);
                ownConvolutions = new OneDnnOff();
            }
            var unused = ModelProof.prove(module, manager, description, modelDirectory);
            NDList buffers = Modules.buffers(module, manager, modelDirectory);
            return new TrainableModel(description, manager, module, buffers, ownConvolutions);
        } catch (RuntimeException e) {
            if (ownConvolutions != null) {
                ownConvolutions.close();
            }
            manager.close();
            throw e;
        }
    }

    private static boolean isRight(PtSymbolBlock module, NDManager manager, ModelDescription description) {
        return manager.getDevice().isGpu()
                || (GradientCheck.isRight(
                                module, manager, description.input().shape().get(0))
                        && ConvolutionCheck.problem(module, manager).isEmpty());
    }

    /** Whether its convolutions are computed without oneDNN. */
    boolean hasOwnConvolutions() {
        return ownConvolutions != null;
    }

    /** As {@link #load(Path)} with fresh weights: Kaiming normal from the seed, zero biases, neutral normalisation layers. */
    public static TrainableModel load(Path modelDirectory, long seed) {
        return load(modelDirectory, seed, Initialisation.KAIMING_NORMAL);
    }

    /** As {@link #load(Path)} with fresh weights of another kind. */
    public static TrainableModel load(Path modelDirectory, long seed, Initialisation initialisation) {
        TrainableModel model = load(modelDirectory);
        initialisation.apply(model.parameters, model.buffers, seed);
        return model;
    }

    /** Sets new weights in place: Kaiming normal from the seed, zero biases, neutral normalisation layers. */
    public void initialise(long seed) {
        initialise(seed, Initialisation.KAIMING_NORMAL);
    }

    /** Overwrites all weights with fresh ones, as {@link #load(Path, long, Initialisation)} does. */
    public void initialise(long seed, Initialisation initialisation) {
        initialisation.apply(parameters, buffers, seed);
    }

    /** Copy of all parameters as one vector: sorted by name, each row-major. */
    public float[] parameterVector() {
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(parameterCount()));
        parameters.values().forEach(array -> all.put(array.toFloatArray()));
        return all.array();
    }

    /** Overwrites all parameters with those of {@link #parameterVector}; buffers stay. */
    public void setParameterVector(float[] values) {
        if (values.length != parameterCount()) {
            throw new IllegalArgumentException(
                    description.name() + " has " + parameterCount() + " parameters, got a vector of " + values.length);
        }
        FloatBuffer all = FloatBuffer.wrap(values);
        for (NDArray array : parameters.values()) {
            all.limit(all.position() + Math.toIntExact(array.getShape().size()));
            Tensors.write(array, all);
            all.position(all.limit());
        }
    }

    /** What is known about the model, as loaded: digest and accuracy are those of the file. */
    public ModelDescription description() {
        return description;
    }

    /** The owner of the weights; make a step's arrays with it inside {@link Torch#backward} or {@link Torch#scoped}. */
    public NDManager manager() {
        return manager;
    }

    /** The arrays that learn, by name; in place, not copies. */
    public SortedMap<String, NDArray> parameters() {
        return Collections.unmodifiableSortedMap(parameters);
    }

    /** The arrays that follow without a gradient, by name; in place, not copies. */
    public SortedMap<String, NDArray> buffers() {
        return Collections.unmodifiableSortedMap(buffers);
    }

    /** Number of values that learn. */
    public long parameterCount() {
        return parameters.values().stream()
                .mapToLong(array -> array.getShape().size())
                .sum();
    }

    /** Bias of the last linear layer, K values; empty when no parameter is one, or more than one could be. */
    public List<Double> classifierBias() {
        NDArray bias = classifierBiasParameter();
        List<Double> values = new ArrayList<>();
        if (bias != null) {
            for (float value : bias.toFloatArray()) {
                values.add((double) value);
            }
        }
        return values;
    }

    /** The parameter [K] that {@link #classifierBias} reads, in place; null when there is none. */
    public @Nullable NDArray classifierBiasParameter() {
        Shape bias = new Shape(description.classCount());
        Shape weight = new Shape(description.classCount(), description.featureSize());
        List<NDArray> found = parameters.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("bias")
                        && entry.getValue().getShape().equals(bias))
                .filter(entry -> hasShape(entry.getKey().replaceFirst("bias$", "weight"), weight))
                .map(Map.Entry::getValue)
                .toList();
        return found.size() == 1 ? found.get(0) : null;
    }

    private boolean hasShape(String name, Shape shape) {
        NDArray parameter = parameters.get(name);
        return parameter != null && parameter.getShape().equals(shape);
    }

    /** Chooses how dropout and BatchNorm behave; a loaded model is in training mode. */
    public void setTraining(boolean on) {
        training = on;
        if (on) {
            JniUtils.enableTrainingMode(module);
            return;
        }
        JniUtils.enableInferenceMode(module);
    }

    /**
     * Runs the network; with gradients inside {@link Torch#backward}.
     *
     * @param images float32 [N, C, H, W], normalised
     * @return logits [N, K] and features [N, D], in the scope that is open on this thread
     */
    public NDList forward(NDArray images) {
        return Modules.forward(module, images, true);
    }

    /**
     * Runs the network in evaluation mode and without gradients, whatever mode the thread is in.
     *
     * @param images float32 [N, C, H, W], normalised
     * @return as {@link #forward}, in the scope that is open on this thread
     */
    public NDList infer(NDArray images) {
        boolean before = training;
        setTraining(false);
        try {
            return Torch.withoutGradients(() -> Modules.forward(module, images, false));
        } finally {
            setTraining(before);
        }
    }

    /** All parameters and buffers by name; in place, not copies. */
    public SortedMap<String, NDArray> weights() {
        SortedMap<String, NDArray> all = new TreeMap<>(parameters);
        all.putAll(buffers);
        return all;
    }

    /** All parameters and buffers with their names, sorted; in place, not copies: write it with {@link TensorFile}. */
    public NDList state() {
        return new NDList(weights().values());
    }

    /**
     * Overwrites parameters and buffers by name.
     *
     * @throws IllegalArgumentException when a name is missing or has another shape or type; the model is then partly overwritten
     */
    public void restore(NDList state) {
        TensorFile.copyByName(state, weights());
    }

    /** SHA-256 over names, shapes and little-endian bytes of all parameters and buffers, sorted by name. */
    public String weightsSha256() {
        return Tensors.sha256(weights());
    }

    /**
     * Writes a TorchScript file in evaluation mode that Python's {@code torch.jit.load} reads bit for bit.
     *
     * @throws IOException when the file cannot be written: no fault of the model
     */
    public void exportTorchScript(Path file) throws IOException {
        Durable.write(file, torchScript());
    }

    /** A frozen copy of the model as it is now, for evaluation and serving on any thread. The caller closes it. */
    public InferenceModel snapshot() {
        return InferenceModel.ofBytes(torchScript(), description);
    }

    /** As {@link #snapshot()}, for images of another normalisation. */
    public InferenceModel snapshot(List<Float> mean, List<Float> std) {
        return InferenceModel.ofBytes(torchScript(), description.withNormalisation(mean, std));
    }

    private byte[] torchScript() {
        boolean before = training;
        setTraining(false);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            JniUtils.writeModule(module, out, false);
            return out.toByteArray();
        } finally {
            setTraining(before);
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
        if (ownConvolutions != null) {
            ownConvolutions.close();
        }
    }
}
