// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.DataAndModelOptions;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.options.SeedAndPortOptions;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.client.Policies;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.experiment.CondenseExperiment;
import io.wildstream.lab.experiment.Experiment;
import io.wildstream.lab.experiment.ResultTable;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadDefaults;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream experiment}: measures a table of the field's claims again. */
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a table end to end: one stream through a cluster for each seed and setting, and many "
                    + "students that learn it, each in its own way and all in equal steps (offline scheme).",
            "Writes table.md, accuracy.png and the figures as JSON."
        })
public final class ExperimentCommand implements Callable<Integer> {

    /** Names for picocli. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Experiment.names().iterator();
        }
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Mixin
    DataAndModelOptions material = new DataAndModelOptions();

    @Mixin
    SeedAndPortOptions place = new SeedAndPortOptions();

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            description =
                    "Share of the stream that curricula keep, in (0, 1] (default: 0.27; 0.1 for the built-in images).")
    @Nullable Double rate;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of seeds, from --seed on (default: ${DEFAULT-VALUE}).")
    int seeds = 3;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each student (default: 1500; 600 for the built-in images), or updates of condensed"
                    + " images.")
    @Nullable Long steps;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "experiment",
            description = "Directory of table and plot (default: ${DEFAULT-VALUE}).")
    Path report = Path.of("experiment");

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        Require.that(spec, Experiment.names().contains(name), "experiment", name, "one of " + Experiment.names());
        Require.that(spec, seeds > 0 && seeds <= 1000, "--seeds", seeds, "in [1, 1000]");
        Require.that(spec, steps == null || steps > 0, "--steps", steps, "at least 1");
        double share = rate == null ? WorkloadDefaults.rate(material.builtIn()) : rate;
        Require.that(spec, share > 0 && share <= 1, "--rate", share, "a number in (0, 1]");
        long wanted = steps == null ? WorkloadDefaults.steps(material.builtIn()) : steps;
        List<Long> all =
                LongStream.range(place.seed(), place.seed() + seeds).boxed().toList();
        Require.directory(spec, "--report", report);
        json.check();
        Screen screen = json.screen();
        screen.say("experiment  " + Experiment.title(name));
        ResultTable table = name.equals(CondenseExperiment.NAME)
                ? condense(all, screen)
                : new Experiment(new RunContext(
                                root.workingHome(),
                                Installation.find(),
                                screen,
                                stop -> Shutdown.set(screen, stop),
                                place.startTimeout(spec)))
                        .run(name, seed -> settings(share, seed), all, wanted, command());
        Shutdown.set(() -> {});
        Path named = json.file();
        Path file = named == null ? report.resolve("table.json") : named;
        Experiment.write(table, report, file);
        json.showWritten(table, table::markdown);
        screen.say("report      " + file + ", table and plot in " + report);
        return 0;
    }

    private ResultTable condense(List<Long> all, Screen screen) {
        Path data = material.original();
        if (data == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--data is missing: condense needs an image set with a test part, such as mnist");
        }
        Shutdown.set(() -> screen.sayLast("stopping    what was learned is kept; the same command continues"));
        return new CondenseExperiment(Installation.find(), screen).run(data, all, steps, report, command());
    }

    private WorkloadSettings settings(double share, long seed) {
        WorkloadSettings.RunSettings run = new WorkloadSettings.RunSettings(
                Double.POSITIVE_INFINITY, Duration.ofHours(24), place.portBase(), true, false, false);
        return material.settings(0, List.of(Policies.DFND), share, seed, run);
    }

    private String command() {
        return "./wildstream "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
