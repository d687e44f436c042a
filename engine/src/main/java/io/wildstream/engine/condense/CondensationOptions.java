// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

/**
 * How images are condensed.
 *
 * @param imagesPerClass learned images of each class in one batch, at least 1
 * @param steps S, batches of learned images, at least 1; all together hold steps * classes * imagesPerClass images
 * @param epochs E, passes over them, at least 1; a network takes steps * epochs gradient steps, each with a learned rate of its own
 * @param start what the learned images are at first
 * @param networks starting weights over which the gradient of an iteration is averaged, at least 1
 * @param batchSize real images of an iteration, at least 1
 * @param iterations updates of the learned images, at least 1
 * @param learningRate of the images' Adam, above 0
 * @param rateLearningRate of the rates' Adam, above 0
 * @param schedule how both fall
 * @param initialRate of every inner step, above 0
 * @param maxGradientGrowth a gradient longer than this many times the running mean length is cut to that; at least 1, infinite for
 *     never
 * @param seed of the learned images, the order of the real ones and the starting weights
 */
public record CondensationOptions(
        int imagesPerClass,
        int steps,
        int epochs,
        Start start,
        int networks,
        int batchSize,
        int iterations,
        double learningRate,
        double rateLearningRate,
        Schedule schedule,
        double initialRate,
        double maxGradientGrowth,
        long seed) {

    /** What learned images are at first. */
    public enum Start {
        /** Standard normal values, as in the paper. */
        NOISE,
        /** Real images of the class, drawn by the seed. */
        REAL
    }

    /** How the learning rates of the outer Adam fall. */
    public enum Schedule {
        /** To 0 along a cosine over all iterations. */
        COSINE,
        /** Halved after each tenth of the iterations, as in the paper: every 40 of 400 epochs. */
        HALVING,
        /** Not at all. */
        CONSTANT;

        /** Factor of an iteration in [0, iterations). */
        double factor(int iteration, int iterations) {
            return switch (this) {
                case COSINE -> 0.5 * (1 + Math.cos(Math.PI * iteration / iterations));
                case HALVING -> Math.pow(0.5, Math.floor(10.0 * iteration / iterations));
                case CONSTANT -> 1;
            };
        }
    }

    public CondensationOptions {
        requireAtLeastOne("imagesPerClass", imagesPerClass);
        requireAtLeastOne("steps", steps);
        requireAtLeastOne("epochs", epochs);
        requireAtLeastOne("networks", networks);
        requireAtLeastOne("batchSize", batchSize);
        requireAtLeastOne("iterations", iterations);
        requirePositive("learningRate", learningRate);
        requirePositive("rateLearningRate", rateLearningRate);
        requirePositive("initialRate", initialRate);
        if (!(maxGradientGrowth >= 1)) {
            throw new IllegalArgumentException("maxGradientGrowth must be at least 1, got " + maxGradientGrowth);
        }
    }

    /** Inner gradient steps, T = S * E. */
    public int innerSteps() {
        return Math.multiplyExact(steps, epochs);
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be above 0 and finite, got " + value);
        }
    }
}
