// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.ModelInput;
import io.wildstream.engine.TensorInput;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Proves a module before it is used, on seven images of random pixels in batches of several sizes: it answers each image with finite
 * logits and features of the right size, whatever else is in the batch, and a batch with the same bits each time.
 *
 * <p>What does not: a trace that holds the batch size, a {@code squeeze()} that eats a batch of one, a network that was left in training
 * mode.
 */
final class ModelProof {

    /** Images of the largest batch, from which the others are cut. */
    private static final int IMAGES = 7;

    /** Most bytes of pixels: a model of huge images is proven with smaller batches. */
    private static final long MAX_PIXEL_BYTES = 256L << 20;

    /** Largest difference between two answers for an image, relative to the largest value of the answer. */
    private static final double TOLERANCE = 1e-4;

    /** What the library calls it. */
    private static final DataType BFLOAT16 = DataType.UNKNOWN;

    private static final double HALF_STEP = 0x1p-10;
    private static final double BFLOAT16_STEP = 0x1p-7;
    private static final long SEED = 0x9e3779b97f4a7c15L;

    private final PtSymbolBlock module;
    private final NDManager manager;
    private final ModelDescription description;
    private final Path directory;
    private final int images;
    private final float[] pixels;
    private double tolerance = TOLERANCE;

    private ModelProof(PtSymbolBlock module, NDManager manager, ModelDescription description, Path directory) {
        this.module = module;
        this.manager = manager;
        this.description = description;
        this.directory = directory;
        long bytes = (long) description.input().values() * Float.BYTES;
        this.images = (int) Math.max(1, Math.min(IMAGES, MAX_PIXEL_BYTES / bytes));
        this.pixels = pixels(description, images);
    }

    /** The same images for every model of an input: noise that is nowhere zero. */
    static float[] pixels(ModelDescription description, int images) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] pixels =
                new float[Math.multiplyExact(images, description.input().values())];
        if (description.input() instanceof TensorInput tensor) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = tensor.draw(random);
            }
            return pixels;
        }
        ImageShape shape = description.image();
        int size = shape.pixels();
        for (int i = 0; i < pixels.length; i++) {
            int channel = i / size % shape.channels();
            float mean = description.mean().get(channel);
            float value = (1 + random.nextInt(254)) / 255f;
            pixels[i] = ((value == mean ? 1 : value) - mean) / description.std().get(channel);
        }
        return pixels;
    }

    /**
     * Runs the module in evaluation mode, 15 images in all.
     *
     * @return bytes of memory that an image of a batch takes while the module runs, about; 0 when unknown or small
     * @throws ModelException when it does not answer as its description says; the message says what to change
     */
    static long prove(PtSymbolBlock module, NDManager manager, ModelDescription description, Path directory) {
        return new ModelProof(module, manager, description, directory).prove();
    }

    private long prove() {
        requireRightConvolutions();
        int few = Math.min(2, images);
        PeakMemory peak = new PeakMemory();
        float[][] first = answer(0, few);
        long atFew = peak.read();
        float[][] all = answer(0, images);
        long atAll = peak.read();
        requireSameBits(first, answer(0, few), few);
        requireEqual(all, images, first, 0, few);
        if (images >= 3) {
            requireEqual(all, images, answer(images - 3, 3), images - 3, 3);
        }
        requireEqual(all, images, answer(images - 1, 1), images - 1, 1);
        requireLogitsFirst(first);
        return images == few ? 0 : PeakMemory.perImage(atFew, atAll, images - few);
    }

    private void requireRightConvolutions() {
        if (!manager.getDevice().isGpu()) {
            ConvolutionCheck.problem(module, manager).ifPresent(problem -> {
                throw new ModelException(directory + ": " + problem);
            });
        }
    }

    /** Logits and features of images {@code from} to {@code from + count - 1}. */
    private float[][] answer(int from, int count) {
        ModelInput input = description.input();
        return Torch.scoped(() -> {
            FloatBuffer chosen = FloatBuffer.wrap(pixels, from * input.values(), count * input.values());
            NDList outputs = run(Torch.batch(manager, chosen, count, input));
            NDArray logits = required(outputs, 0, "logits", new Shape(count, description.classCount()));
            NDArray features = required(outputs, 1, "features", new Shape(count, description.featureSize()));
            float[][] answer = {floats(logits), floats(features)};
            requireFinite(answer[0], "logits");
            requireFinite(answer[1], "features");
            return answer;
        });
    }

    private NDList run(NDArray batch) {
        NDList outputs;
        try {
            outputs = Modules.rawForward(module, batch, false);
        } catch (RuntimeException e) {
            throw new ModelException(
                    directory + ": the module cannot run on an input of shape " + batch.getShape() + ": "
                            + Modules.lastLine(e) + "; make it with " + Modules.exportCommand(directory),
                    e);
        }
        List<String> names = Modules.names(outputs);
        if (!names.isEmpty() && !Modules.areNamed(outputs)) {
            throw refused("forward gives a dictionary of " + names + ", not of 'logits' and 'features'");
        }
        if (outputs.size() != 2) {
            throw refused("the number of arrays that forward gives is " + outputs.size());
        }
        return Modules.inOrder(outputs);
    }

    private NDArray required(NDList outputs, int index, String what, Shape expected) {
        NDArray output = outputs.get(index);
        if (!output.getShape().equals(expected)) {
            String found = what + " have shape " + output.getShape() + " instead of " + expected;
            boolean swapped = outputs.get(1 - index).getShape().equals(expected);
            throw refused(swapped ? found + ", which the other output has" : found);
        }
        DataType type = output.getDataType();
        if (!type.isFloating() && type != BFLOAT16) {
            throw refused(what + " are of type " + type);
        }
        if (type == DataType.FLOAT16) {
            tolerance = Math.max(tolerance, 8 * HALF_STEP);
        } else if (type == BFLOAT16) {
            tolerance = Math.max(tolerance, 8 * BFLOAT16_STEP);
        }
        return output;
    }

    private static float[] floats(NDArray array) {
        return Modules.float32(array).toFloatArray();
    }

    private void requireFinite(float[] values, String what) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw refused("among the " + what + " for ordinary inputs is " + value);
            }
        }
    }

    /** Rows of a batch must be those that the same images have in the largest batch. */
    private void requireEqual(float[][] all, int rows, float[][] some, int from, int count) {
        String[] names = {"logits", "features"};
        for (int output = 0; output < names.length; output++) {
            int size = all[output].length / rows;
            for (int image = 0; image < count; image++) {
                int at = (from + image) * size;
                double difference = 0;
                double largest = 0;
                for (int i = 0; i < size; i++) {
                    difference = Math.max(difference, Math.abs(all[output][at + i] - some[output][image * size + i]));
                    largest = Math.max(largest, Math.abs(all[output][at + i]));
                }
                if (difference > tolerance * largest) {
                    throw refused("an image has other " + names[output] + " in a batch of " + count
                            + " than in one of " + rows + " (largest difference " + difference + " of " + largest
                            + "), as a network that was traced in training mode has");
                }
            }
        }
    }

    private void requireSameBits(float[][] once, float[][] again, int count) {
        if (manager.getDevice().isGpu()) {
            requireEqual(once, count, again, 0, count);
            return;
        }
        for (int output = 0; output < once.length; output++) {
            for (int i = 0; i < once[output].length; i++) {
                if (Float.floatToRawIntBits(once[output][i]) != Float.floatToRawIntBits(again[output][i])) {
                    throw refused("the same batch is answered differently each time, as by a network that was traced in"
                            + " training mode");
                }
            }
        }
    }

    /** Where both outputs have one length, the classifier's weights tell which is which. */
    private void requireLogitsFirst(float[][] answer) {
        int classes = description.classCount();
        if (classes != description.featureSize()) {
            return;
        }
        List<Classifier> layers = Classifier.of(module, manager, classes, classes);
        boolean first = layers.stream().anyMatch(layer -> layer.makes(answer[0], answer[1]));
        if (!first && layers.stream().anyMatch(layer -> layer.makes(answer[1], answer[0]))) {
            throw refused("it gives the features first");
        }
    }

    private ModelException refused(String found) {
        return new ModelException(
                directory + ": forward must give (logits[N,K], features[N,D]) in evaluation mode, but " + found
                        + "; export it with " + Modules.exportCommand(directory));
    }
}
