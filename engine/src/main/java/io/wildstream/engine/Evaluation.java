// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.PixelWriter;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Iterator;

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
        Count count = new Count(model);
        for (int i = 0; i < images.size(); i++) {
            writer.write(images.pixels(), i * values, View.getDefaultInstance(), count.pixels);
            count.add(images.labels()[i]);
        }
        return count.accuracy();
    }

    /**
     * The same of samples, each decoded as the services decode it.
     *
     * @param samples at least one, labelled in [0, number of classes)
     * @throws InvalidSampleException when one cannot be read as what the model reads; the message names it
     */
    public static Accuracy evaluate(InferenceModel model, Iterator<LabelledSample> samples)
            throws InvalidSampleException {
        SampleDecoder decoder = new SampleDecoder(model.description());
        Count count = new Count(model);
        while (samples.hasNext()) {
            LabelledSample next = samples.next();
            try {
                decoder.decode(next.getSample(), count.pixels);
            } catch (InvalidSampleException e) {
                throw new InvalidSampleException(e.reason(), next.getSample().getId() + ": " + e.getMessage());
            }
            count.add(next.getLabel());
        }
        return count.accuracy();
    }

    /** What a model gets right, batch by batch. */
    private static final class Count {
        private final InferenceModel model;
        private final FloatBuffer pixels;
        private final int[] labels = new int[BATCH];
        private final int[] right;
        private final int[] all;
        private int waiting;

        Count(InferenceModel model) {
            this.model = model;
            this.pixels = newPixels(BATCH * model.description().input().values());
            this.right = new int[model.description().classCount()];
            this.all = new int[right.length];
        }

        /** Counts the image whose values were just written. */
        void add(int label) {
            labels[waiting++] = label;
            if (waiting == BATCH) {
                infer();
            }
        }

        Accuracy accuracy() {
            if (waiting > 0) {
                infer();
            }
            return Accuracy.of(right, all);
        }

        private void infer() {
            InferenceModel.Outputs outputs = model.infer(pixels.flip(), waiting);
            for (int i = 0; i < waiting; i++) {
                all[labels[i]]++;
                if (outputs.argmax(i) == labels[i]) {
                    right[labels[i]]++;
                }
            }
            pixels.clear();
            waiting = 0;
        }
    }

    /** A direct buffer of floats in native order. */
    public static FloatBuffer newPixels(int values) {
        return ByteBuffer.allocateDirect(values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
