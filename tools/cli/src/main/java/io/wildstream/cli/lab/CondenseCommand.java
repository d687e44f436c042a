// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.DurationConverter;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.cluster.Installation;
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
            "Condenses a labelled image set into a few learned images, at learned rates, that a network "
                    + "learns from in a few steps (dataset distillation, Wang et al. 2018).",
            "Stopped by Ctrl-C or --time-limit, the same command continues it. Exit status 1 when the time "
                    + "limit came before the last iteration; what was learned until then is written and measured."
        })
public final class CondenseCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NetworkOptions networks = new NetworkOptions();

    @Mixin
    LearnedImageOptions images = new LearnedImageOptions();

    @Mixin
    ImageLearningOptions learning = new ImageLearningOptions();

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
                    "Directory of the condensed images, a network that has learned from them, a picture and the state to continue"
                            + " from (default: ${DEFAULT-VALUE}).")
    Path output = Path.of("condensed");

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "12h",
            description = "Time after which the learning stops, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofHours(12);

    @Override
    public Integer call() {
        CondenseSettings settings = settings();
        json.check();
        Require.directory(spec, "--output", output);
        root.workingHome();
        Screen screen = json.screen();
        CondenseReport report = run(settings, screen);
        screen.clear();
        json.show(report, report::lines);
        screen.say("written     " + output);
        return report.finished() ? 0 : 1;
    }

    private static CondenseReport run(CondenseSettings settings, Screen screen) {
        Shutdown.set(() -> screen.sayLast("stopping    what was learned is kept; the same command continues"));
        try {
            return new Condense(settings, Installation.find(), screen).run();
        } finally {
            Shutdown.set(() -> {});
        }
    }

    private CondenseSettings settings() {
        networks.check(spec);
        CondensationOptions options = learning.options(spec, images);
        Require.that(spec, trainImages == null || trainImages > 0, "--train-images", trainImages, "at least 1");
        Require.that(spec, timeLimit.toMillis() > 0, "--time-limit", timeLimit, "above 0");
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
