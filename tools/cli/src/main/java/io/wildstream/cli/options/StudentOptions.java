// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of the students. */
@OptionGroup("Students")
public final class StudentOptions {
    @Option(
            names = "--student",
            paramLabel = "NAME",
            description =
                    "Architecture of the students: lenet5, resnet8, resnet20 or vgg (default: lenet5 for gray images,"
                            + " resnet8 for coloured ones).")
    @Nullable String architecture;

    @Option(
            names = "--student-model",
            paramLabel = "DIR",
            description = "An untrained model directory instead (default: none).")
    @Nullable Path model;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "Samples of a step (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.01",
            description = "Learning rate at the first step; it falls to 0 along a cosine (default: ${DEFAULT-VALUE}).")
    double learningRate;

    @Option(
            names = "--max-gradient-norm",
            paramLabel = "X",
            defaultValue = "0",
            description = "Length to which longer gradients are cut; 0 for none (default: ${DEFAULT-VALUE}).")
    double maxGradientNorm;

    @Option(
            names = "--replay-ratio",
            paramLabel = "X",
            description =
                    "Rehearsal steps for each step on fresh samples (default: as many as --steps needs, or without an end as"
                            + " many as 1500 steps on the images of the stream need; 600 for the built-in images).")
    @Nullable Double replayRatio;

    public WorkloadSettings.StudentSettings settings(CommandSpec spec, long steps) {
        Require.that(spec, batch > 0, "--batch", batch, "at least 1");
        Require.that(spec, learningRate > 0 && learningRate <= 10, "--learning-rate", learningRate, "in (0, 10]");
        Require.that(spec, replayRatio == null || replayRatio >= 0, "--replay-ratio", replayRatio, "at least 0");
        Require.that(spec, maxGradientNorm >= 0, "--max-gradient-norm", maxGradientNorm, "at least 0");
        return new WorkloadSettings.StudentSettings(
                architecture, model, steps, batch, learningRate, maxGradientNorm, replayRatio);
    }
}
