// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.cluster.Installation;
import io.wildstream.cluster.Json;
import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.lab.condense.Condense;
import io.wildstream.lab.condense.CondenseReport;
import io.wildstream.lab.condense.CondenseSettings;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream condense}: a few learned images in place of an image set. */
@Command(
        name = "condense",
        mixinStandardHelpOptions = true,
        description = {
            "Condenses a labelled image set into a few learned images, at learned rates, that a network learns from in a few"
                    + " steps (dataset distillation, Wang et al. 2018).",
            "Stopped by Ctrl-C or --time-limit, it goes on when the same command is given again. Exit status 1 when the time"
                    + " limit came before the last iteration; what was learned until then is written and measured."
        })
final class CondenseCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    CondenseOptions.Networks networks = new CondenseOptions.Networks();

    @Mixin
    CondenseOptions.Images images = new CondenseOptions.Images();

    @Mixin
    CondenseOptions.Learning learning = new CondenseOptions.Learning();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "Image set with labels and a test part, as demo reads it.")
    @SuppressWarnings("NullAway.Init")
    Path data;

    @Option(
            names = "--train-images",
            paramLabel = "N",
            description = "First images of the set that are used (default: all).")
    @Nullable Integer trainImages;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "condensed",
            description =
                    "Directory of the condensed images, a network that has learned from them, a picture and the state to go on"
                            + " from (default: ${DEFAULT-VALUE}).")
    Path output = Path.of("condensed");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go as JSON.")
    @Nullable Path json;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = Options.Time.class,
            defaultValue = "12h",
            description = "Time after which the learning stops, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofHours(12);

    @Override
    public Integer call() {
        CondenseSettings settings = settings();
        root.workingHome();
        Screen screen = Screen.of(spec.commandLine().getOut());
        CondenseReport report = run(settings, screen);
        screen.clear();
        report.lines().forEach(screen::say);
        screen.say("written     " + output);
        if (json != null) {
            Json.write(json, report);
        }
        return report.finished() ? 0 : 1;
    }

    private static CondenseReport run(CondenseSettings settings, Screen screen) {
        Shutdown.set(() -> screen.sayLast("stopping    what was learned is kept; the same command goes on"));
        try {
            return new Condense(settings, Installation.find(), screen).run();
        } finally {
            Shutdown.set(() -> {});
        }
    }

    private CondenseSettings settings() {
        networks.check(spec);
        CondensationOptions options = learning.options(spec, images);
        Options.require(spec, trainImages == null || trainImages > 0, "--train-images", trainImages, "at least 1");
        Options.require(spec, timeLimit.toMillis() > 0, "--time-limit", timeLimit, "above 0");
        return new CondenseSettings(
                data,
                networks.architecture,
                networks.model,
                trainImages,
                networks.start(),
                networks.weights,
                networks.attackedClass,
                networks.targetClass,
                options,
                networks.tested,
                output,
                timeLimit);
    }
}
