// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import io.wildstream.engine.torch.training.Sgd;
import java.util.List;

/**
 * How a network is trained with labels.
 *
 * @param epochs passes over the images, at least 1
 * @param batchSize images of a step, at least 1
 * @param learningRate at the first step, above 0; follows a cosine to 0
 * @param sgd momentum and weight decay
 * @param views random views of the images
 * @param seed of the weights, the order, the views and dropout
 * @param mean of the pixels in [0, 1] by channel; empty to take that of the training images
 * @param std deviation by channel; empty to take that of the training images
 * @param threads torch threads, at least 1; results repeat for equal counts only
 */
public record TrainingOptions(
        int epochs,
        int batchSize,
        double learningRate,
        Sgd.Options sgd,
        Views views,
        long seed,
        List<Float> mean,
        List<Float> std,
        int threads) {

    /** 10 epochs of SGD at batch 128, rate 0.05, Nesterov momentum 0.9, weight decay 5e-4, no augmentation, one thread. */
    public static final TrainingOptions DEFAULT = new TrainingOptions(
            10, 128, 0.05, new Sgd.Options(0.9, 5e-4, true), new Views(false, 0), 0, List.of(), List.of(), 1);

    public TrainingOptions {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (epochs < 1 || batchSize < 1 || threads < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "epochs, batchSize and threads must be at least 1 and learningRate above 0");
        }
    }

    /**
     * Random views.
     *
     * @param horizontalFlip whether images are mirrored with probability 1/2
     * @param cropPadding black pixels on each side from which crops are drawn, 0 for none
     */
    public record Views(boolean horizontalFlip, int cropPadding) {

        public Views {
            if (cropPadding < 0) {
                throw new IllegalArgumentException("cropPadding must be at least 0, got " + cropPadding);
            }
        }
    }

    public TrainingOptions withEpochs(int value) {
        return new TrainingOptions(value, batchSize, learningRate, sgd, views, seed, mean, std, threads);
    }

    /** Other random views: mirrored or not, and crops from this much padding. */
    public TrainingOptions withViews(boolean flip, int padding) {
        return new TrainingOptions(
                epochs, batchSize, learningRate, sgd, new Views(flip, padding), seed, mean, std, threads);
    }

    public TrainingOptions withSeed(long value) {
        return new TrainingOptions(epochs, batchSize, learningRate, sgd, views, value, mean, std, threads);
    }

    /** A given normalisation instead of the training images' own. */
    public TrainingOptions withNormalisation(List<Float> newMean, List<Float> newStd) {
        return new TrainingOptions(epochs, batchSize, learningRate, sgd, views, seed, newMean, newStd, threads);
    }

    public TrainingOptions withThreads(int value) {
        return new TrainingOptions(epochs, batchSize, learningRate, sgd, views, seed, mean, std, value);
    }
}
