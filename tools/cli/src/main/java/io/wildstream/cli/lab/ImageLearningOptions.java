// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.OptionGroup;
import io.wildstream.cli.options.Require;
import io.wildstream.engine.condense.CondensationOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How they are learned. */
@OptionGroup("Learning")
final class ImageLearningOptions {
    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Updates of the learned images (default: ${DEFAULT-VALUE}).")
    int iterations = 10000;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "256",
            description = "Real images of an update (default: ${DEFAULT-VALUE}).")
    int batch = 256;

    @Option(
            names = "--networks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Networks over which an update is averaged (default: ${DEFAULT-VALUE}).")
    int networks = 1;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.01",
            description = "Rate at which images are learned (default: ${DEFAULT-VALUE}).")
    double learningRate = 0.01;

    @Option(
            names = "--rate-learning-rate",
            paramLabel = "X",
            description = "Rate at which the steps' rates are learned (default: that of the images).")
    @Nullable Double rateLearningRate;

    @Option(
            names = "--schedule",
            paramLabel = "KIND",
            defaultValue = "cosine",
            description = "How both fall: cosine, halving (after each tenth of the iterations) or constant (default:"
                    + " ${DEFAULT-VALUE}).")
    CondensationOptions.Schedule schedule = CondensationOptions.Schedule.COSINE;

    @Option(
            names = "--max-gradient-growth",
            paramLabel = "X",
            defaultValue = "1.5",
            description = "A gradient longer than this many times the running mean length is cut to that; infinity for"
                    + " never (default: ${DEFAULT-VALUE}).")
    double maxGradientGrowth = 1.5;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the images, the order and the networks (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    CondensationOptions options(CommandSpec spec, LearnedImageOptions images) {
        atLeastOne(spec, "--images-per-class", images.imagesPerClass);
        atLeastOne(spec, "--steps", images.steps);
        atLeastOne(spec, "--epochs", images.epochs);
        atLeastOne(spec, "--iterations", iterations);
        atLeastOne(spec, "--batch", batch);
        atLeastOne(spec, "--networks", networks);
        double rate = rateLearningRate == null ? learningRate : rateLearningRate;
        positive(spec, "--initial-rate", images.initialRate);
        positive(spec, "--learning-rate", learningRate);
        positive(spec, "--rate-learning-rate", rate);
        Require.that(spec, maxGradientGrowth >= 1, "--max-gradient-growth", maxGradientGrowth, "at least 1");
        return new CondensationOptions(
                images.imagesPerClass,
                images.steps,
                images.epochs,
                images.start,
                networks,
                batch,
                iterations,
                learningRate,
                rate,
                schedule,
                images.initialRate,
                maxGradientGrowth,
                seed);
    }

    private static void atLeastOne(CommandSpec spec, String option, int value) {
        Require.that(spec, value >= 1, option, value, "at least 1");
    }

    private static void positive(CommandSpec spec, String option, double value) {
        Require.that(spec, value > 0 && value <= 10, option, value, "in (0, 10]");
    }
}
