// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.pixels.PixelWriter;
import io.wildstream.engine.torch.InferenceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Measures a model on labelled images. */
public final class Evaluation {

    private static final int BATCH = 128;

    private Evaluation() {}

    /**
     * Share of the images whose largest logit is that of their label.
     *
     * @param images of the model's shape, not empty; normalised as the model's description says
     */
    public static Accuracy evaluate(InferenceModel model, ImageSet images) {
        ModelDescription description = model.description();
        if (!images.shape().equals(description.input()) || images.size() == 0) {
            throw new IllegalArgumentException("The model reads %s images, got %d of %s"
                    .formatted(description.input(), images.size(), images.shape()));
        }
        PixelWriter writer = new PixelWriter(description.image(), description.mean(), description.std());
        int values = images.shape().values();
        FloatBuffer pixels = newPixels(BATCH * values);
        int[] right = new int[description.classCount()];
        int[] all = new int[description.classCount()];
        for (int from = 0; from < images.size(); from += BATCH) {
            int count = Math.min(BATCH, images.size() - from);
            pixels.clear();
            for (int i = 0; i < count; i++) {
                writer.write(images.pixels(), (from + i) * values, View.getDefaultInstance(), pixels);
            }
            count(model.infer(pixels.flip(), count), images.labels(), from, right, all);
        }
        return Accuracy.of(right, all);
    }

    private static void count(InferenceModel.Outputs outputs, int[] labels, int from, int[] right, int[] all) {
        for (int i = 0; i < outputs.count(); i++) {
            int label = labels[from + i];
            all[label]++;
            if (outputs.argmax(i) == label) {
                right[label]++;
            }
        }
    }

    /** A direct buffer of floats in native order. */
    public static FloatBuffer newPixels(int values) {
        return ByteBuffer.allocateDirect(values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
