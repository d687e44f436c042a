// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * A frozen model in evaluation mode: images in, logits and features out.
 *
 * <p>Several threads may call {@link #infer} at once; nobody may after {@link #close}, which frees the native memory.
 */
public final class InferenceModel implements AutoCloseable {

    /**
     * What a model says about a batch of images.
     *
     * @param count images, N
     * @param classes K
     * @param featureSize D
     * @param logits N*K values, image after image
     * @param features N*D values, image after image
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Outputs(int count, int classes, int featureSize, float[] logits, float[] features) {

        /** The class of an image's largest logit, the first of equals. */
        public int argmax(int image) {
            int start = image * classes;
            int best = 0;
            for (int label = 1; label < classes; label++) {
                if (logits[start + label] > logits[start + best]) {
                    best = label;
                }
            }
            return best;
        }
    }

    private final ModelDescription description;
    private final NDManager manager;
    private final PtSymbolBlock module;
    private final long imageMemory;

    private InferenceModel(ModelDescription description, NDManager manager, PtSymbolBlock module, long imageMemory) {
        this.description = description;
        this.manager = manager;
        this.module = module;
        this.imageMemory = imageMemory;
    }

    /**
     * Loads a model directory and proves it.
     *
     * @throws ModelException when the directory does not hold a module that answers as its description says
     */
    public static InferenceModel load(Path modelDirectory) {
        ModelDescription description = ModelDescription.read(modelDirectory);
        NDManager manager = Torch.newManager();
        try {
            PtSymbolBlock module = Modules.load(manager, modelDirectory, false);
            long imageMemory = ModelProof.prove(module, manager, description, modelDirectory);
            return new InferenceModel(description, manager, module, imageMemory);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** A model of TorchScript bytes that are known to fit the description. */
    static InferenceModel ofBytes(byte[] torchScript, ModelDescription description) {
        NDManager manager = Torch.newManager();
        return new InferenceModel(description, manager, Modules.load(manager, torchScript), 0);
    }

    /** What is known about the model. */
    public ModelDescription description() {
        return description;
    }

    /** Bytes of memory that an image takes in a forward pass, beside its pixels: outputs, and workspace as far as it was measured. */
    public long memoryOfImage() {
        long outputs = 2L * Float.BYTES * ((long) description.classCount() + description.featureSize());
        return outputs + imageMemory;
    }

    /**
     * Runs the model.
     *
     * @param pixels values of count samples, those of images normalised, from the buffer's position on, which stays; a direct buffer is
     *     fastest
     * @param count images, at least 1
     */
    public Outputs infer(FloatBuffer pixels, int count) {
        return Torch.scoped(() -> {
            NDArray images = Torch.batch(manager, pixels, count, description.input());
            NDList outputs = Modules.forward(module, images, false);
            return new Outputs(
                    count,
                    description.classCount(),
                    description.featureSize(),
                    outputs.get(0).toFloatArray(),
                    outputs.get(1).toFloatArray());
        });
    }

    /** Whether it still answers an image of the proof that it passed when it was loaded. */
    public boolean isSound() {
        try {
            Outputs outputs = infer(FloatBuffer.wrap(ModelProof.pixels(description, 1)), 1);
            return Float.isFinite(outputs.logits()[0]);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Number of native arrays that this model holds between calls; stays constant. */
    int heldArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
