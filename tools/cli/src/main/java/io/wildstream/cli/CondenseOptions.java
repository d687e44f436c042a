// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationTask;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of {@code wildstream condense}, and what they must be. */
final class CondenseOptions {

    private CondenseOptions() {}

    /** What images are condensed for. */
    enum Mode {
        DATASET,
        ADAPT,
        ATTACK
    }

    /** Weights that networks start from. */
    enum Weights {
        FIXED,
        RANDOM
    }

    /** The networks that learn. */
    static final class Networks {
        @Option(
                names = "--mode",
                paramLabel = "MODE",
                defaultValue = "dataset",
                description =
                        "dataset: images that teach a fresh network; adapt: images that turn trained networks to this image set;"
                                + " attack: images that make trained networks mistake one class (default: ${DEFAULT-VALUE}).")
        Mode mode = Mode.DATASET;

        @Option(
                names = "--init",
                paramLabel = "KIND",
                defaultValue = "fixed",
                description = "Weights that a fresh network starts from: fixed, the same each time, or random (default:"
                        + " ${DEFAULT-VALUE}).")
        Weights init = Weights.FIXED;

        @Option(
                names = "--architecture",
                paramLabel = "NAME",
                description = "Built-in network: lenet5, vgg, resnet8 or resnet20 (default: lenet5).")
        @Nullable String architecture;

        @Option(names = "--model", paramLabel = "DIR", description = "A model directory of that network instead.")
        @Nullable Path model;

        @Option(
                names = "--weights",
                paramLabel = "DIR",
                split = ",",
                description =
                        "Model directories of trained networks of that architecture, for --mode adapt and attack.")
        List<Path> weights = List.of();

        @Option(names = "--attack-class", paramLabel = "NAME", description = "Class that shall be mistaken.")
        @Nullable String attackedClass;

        @Option(names = "--target-class", paramLabel = "NAME", description = "Class that it shall be mistaken for.")
        @Nullable String targetClass;

        @Option(
                names = "--test-networks",
                paramLabel = "N",
                defaultValue = "20",
                description = "Networks that measure the result, and each baseline (default: ${DEFAULT-VALUE}).")
        int tested = 20;

        void check(CommandSpec spec) {
            Options.require(spec, tested > 0, "--test-networks", tested, "at least 1");
            boolean given = mode != Mode.DATASET;
            String wanted = given ? "named with --mode adapt and attack" : "left out with --mode dataset";
            Options.require(spec, weights.isEmpty() != given, "--weights", weights, wanted);
            String classes = mode == Mode.ATTACK ? "named with --mode attack" : "left out but for --mode attack";
            Options.require(
                    spec, (attackedClass != null) == (mode == Mode.ATTACK), "--attack-class", attackedClass, classes);
            Options.require(
                    spec, (targetClass != null) == (mode == Mode.ATTACK), "--target-class", targetClass, classes);
        }

        CondensationTask.Start start() {
            if (mode != Mode.DATASET) {
                return CondensationTask.Start.GIVEN;
            }
            return init == Weights.FIXED ? CondensationTask.Start.FIXED : CondensationTask.Start.RANDOM;
        }
    }

    /** The learned images and the steps on them. */
    static final class Images {
        @Option(
                names = "--images-per-class",
                paramLabel = "N",
                defaultValue = "1",
                description = "Learned images of each class in a step (default: ${DEFAULT-VALUE}).")
        int imagesPerClass = 1;

        @Option(
                names = "--steps",
                paramLabel = "N",
                defaultValue = "1",
                description = "Steps with images of their own (default: ${DEFAULT-VALUE}).")
        int steps = 1;

        @Option(
                names = "--epochs",
                paramLabel = "N",
                defaultValue = "3",
                description = "Passes over these steps, each at rates of its own (default: ${DEFAULT-VALUE}).")
        int epochs = 3;

        @Option(
                names = "--start",
                paramLabel = "KIND",
                defaultValue = "real",
                description =
                        "What learned images are at first: noise, as in the paper, or real, which takes images of the set"
                                + " (default: ${DEFAULT-VALUE}).")
        CondensationOptions.Start start = CondensationOptions.Start.REAL;

        @Option(
                names = "--initial-rate",
                paramLabel = "X",
                defaultValue = "0.02",
                description = "Learning rate of every step at first (default: ${DEFAULT-VALUE}).")
        double initialRate = 0.02;
    }

    /** How they are learned. */
    static final class Learning {
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
                description =
                        "How both fall: cosine, halving (after each tenth of the iterations) or constant (default:"
                                + " ${DEFAULT-VALUE}).")
        CondensationOptions.Schedule schedule = CondensationOptions.Schedule.COSINE;

        @Option(
                names = "--max-gradient-growth",
                paramLabel = "X",
                defaultValue = "1.5",
                description =
                        "A gradient longer than this many times the running mean length is cut to that; infinity for"
                                + " never (default: ${DEFAULT-VALUE}).")
        double maxGradientGrowth = 1.5;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description = "Seed of the images, the order and the networks (default: ${DEFAULT-VALUE}).")
        long seed = 1;

        CondensationOptions options(CommandSpec spec, Images images) {
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
            Options.require(spec, maxGradientGrowth >= 1, "--max-gradient-growth", maxGradientGrowth, "at least 1");
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
            Options.require(spec, value >= 1, option, value, "at least 1");
        }

        private static void positive(CommandSpec spec, String option, double value) {
            Options.require(spec, value > 0 && value <= 10, option, value, "in (0, 10]");
        }
    }
}
