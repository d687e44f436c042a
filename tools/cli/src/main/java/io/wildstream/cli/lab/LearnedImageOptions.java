// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.OptionGroup;
import io.wildstream.engine.condense.CondensationOptions;
import picocli.CommandLine.Option;

/** The learned images and the steps on them. */
@OptionGroup("Learned images")
final class LearnedImageOptions {
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
