// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.EpochOrder;
import io.wildstream.engine.Evaluation;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.Normalisation;
import io.wildstream.engine.pixels.PixelWriter;
import io.wildstream.engine.torch.Draws;
import java.nio.FloatBuffer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Normalised mini-batches and single images of a labelled set. Belongs to one thread. */
final class RealImages {

    private final ImageSet images;
    private final IntUnaryOperator relabel;
    private final PixelWriter writer;
    private final long seed;
    private int orderedEpoch = -1;
    private int[] order = new int[0];

    /**
     * A view of the images.
     *
     * @param relabel from an image's class to the class that a network shall see in it
     */
    RealImages(ImageSet images, Normalisation normalisation, IntUnaryOperator relabel, long seed) {
        this.images = images;
        this.relabel = relabel;
        this.writer = new PixelWriter(images.shape(), normalisation.mean(), normalisation.std());
        this.seed = seed;
    }

    /** Size of the batches: as wanted, or all images where there are fewer. */
    int batchSize(int wanted) {
        return Math.min(wanted, images.size());
    }

    /** Fills the mini-batch of an iteration; an epoch leaves the remainder that fills no batch. */
    void fill(int iteration, FloatBuffer pixels, int[] labels) {
        int perEpoch = images.size() / labels.length;
        int epoch = iteration / perEpoch;
        if (epoch != orderedEpoch) {
            order = EpochOrder.of(images.size(), seed, epoch);
            orderedEpoch = epoch;
        }
        int from = iteration % perEpoch * labels.length;
        for (int i = 0; i < labels.length; i++) {
            write(order[from + i], pixels);
            labels[i] = relabel.applyAsInt(images.labels()[order[from + i]]);
        }
    }

    /**
     * Draws real images with given labels, without an image twice while the class has others.
     *
     * @param labels classes
     * @param name of the draw: another name gives other images
     * @return labels.length * C*H*W normalised values
     */
    float[] draw(int[] labels, String name) {
        FloatBuffer pixels = FloatBuffer.allocate(labels.length * images.shape().values());
        int[][] byClass = new int[images.classes().size()][];
        int[] next = new int[byClass.length];
        for (int label : labels) {
            if (byClass[label] == null) {
                byClass[label] = shuffled(label, name);
            }
            write(byClass[label][next[label]++ % byClass[label].length], pixels);
        }
        return pixels.array();
    }

    private int[] shuffled(int label, String name) {
        int[] own = IntStream.range(0, images.size())
                .filter(i -> images.labels()[i] == label)
                .toArray();
        if (own.length == 0) {
            throw new IllegalArgumentException("The training images have none of class '"
                    + images.classes().get(label) + "'");
        }
        long drawSeed = Double.doubleToLongBits(new Draws(seed, name + "." + label).unit());
        int[] order = EpochOrder.of(own.length, drawSeed, 0);
        return IntStream.of(order).map(i -> own[i]).toArray();
    }

    private void write(int index, FloatBuffer pixels) {
        writer.write(images.pixels(), index * images.shape().values(), View.getDefaultInstance(), pixels);
    }

    /** A buffer for one batch. */
    FloatBuffer newBatch(int size) {
        return Evaluation.newPixels(size * images.shape().values());
    }
}
