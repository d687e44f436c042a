// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.OptionGroup;
import io.wildstream.cli.options.Require;
import io.wildstream.engine.condense.CondensationTask;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The networks that learn. */
@OptionGroup("Networks")
final class NetworkOptions {

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

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model directory of that network instead (default: none).")
    @Nullable Path model;

    @Option(
            names = "--weights",
            paramLabel = "DIR",
            split = ",",
            description = "Model directories of trained networks of that architecture, for --mode adapt and attack"
                    + " (default: none).")
    List<Path> weights = List.of();

    @Option(
            names = "--attack-class",
            paramLabel = "NAME",
            description = "Class to be mistaken for another (no default).")
    @Nullable String attackedClass;

    @Option(
            names = "--target-class",
            paramLabel = "NAME",
            description = "Class that it is to be mistaken for (no default).")
    @Nullable String targetClass;

    @Option(
            names = "--test-networks",
            paramLabel = "N",
            defaultValue = "20",
            description = "Networks that measure the result, and each baseline (default: ${DEFAULT-VALUE}).")
    int tested = 20;

    void check(CommandSpec spec) {
        Require.that(spec, tested > 0, "--test-networks", tested, "at least 1");
        boolean given = mode != Mode.DATASET;
        String wanted = given ? "named with --mode adapt and attack" : "left out with --mode dataset";
        Require.that(spec, weights.isEmpty() != given, "--weights", weights, wanted);
        String classes = mode == Mode.ATTACK ? "named with --mode attack" : "left out except with --mode attack";
        Require.that(spec, (attackedClass != null) == (mode == Mode.ATTACK), "--attack-class", attackedClass, classes);
        Require.that(spec, (targetClass != null) == (mode == Mode.ATTACK), "--target-class", targetClass, classes);
    }

    CondensationTask.Start start() {
        if (mode != Mode.DATASET) {
            return CondensationTask.Start.GIVEN;
        }
        return init == Weights.FIXED ? CondensationTask.Start.FIXED : CondensationTask.Start.RANDOM;
    }
}
