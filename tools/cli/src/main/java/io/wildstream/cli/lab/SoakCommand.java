// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.options.SeedAndPortOptions;
import io.wildstream.cli.options.SelectionOptions;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.client.Policies;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.soak.Soak;
import io.wildstream.lab.soak.SoakReport;
import io.wildstream.lab.soak.SoakSettings;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream soak}: shows whether a process grows or a sample is lost when the cluster runs for long. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a cluster on the built-in images, repeated without end, and shows whether anything grows "
                    + "or is lost.",
            "Every few seconds it reads resident memory, open files, threads and native arrays of each "
                    + "process, and now and then the heap after a full collection. A line is fitted to what comes "
                    + "after the warm-up (a third of the time, two minutes at least). Exit status 1 when something "
                    + "grows or is lost. Linux only."
        })
public final class SoakCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    SeedAndPortOptions place = new SeedAndPortOptions();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "30",
            description = "Minutes for which samples are fed, at least 3 (default: ${DEFAULT-VALUE}).")
    double minutes = 30;

    @Option(
            names = "--overload",
            description = "Feed as fast as the gateway takes samples, which is faster than the cluster works.")
    boolean overload;

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            defaultValue = "200",
            description = "Samples that are fed per second without --overload (default: ${DEFAULT-VALUE}).")
    double rateLimit = 200;

    @Option(
            names = "--max-backlog",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Samples that may wait for the teacher before the gateway holds the feeder; 0 for any number"
                    + " (default: ${DEFAULT-VALUE}).")
    long maxBacklog = 20000;

    @Option(
            names = "--replay-window",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Samples that a student rehearses from (default: ${DEFAULT-VALUE}).")
    int replayWindow = 2000;

    @Option(
            names = "--curricula",
            paramLabel = "NAME",
            split = ",",
            defaultValue = Policies.DFND + "," + Policies.RANDOM,
            description = "Curricula, one student each: dfnd, dfnd-global, dfnd-fn, dfnd-top-n, dfnd-two-pass, random"
                    + " (default: ${DEFAULT-VALUE}).")
    List<String> curricula = List.of();

    @Option(
            names = "--teacher-model",
            paramLabel = "DIR",
            description = "A ready teacher: a directory of model.pt and model.json (default: one is trained).")
    @Nullable Path teacherModel;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        SoakSettings settings = settings();
        json.check();
        Screen screen = json.screen();
        Soak soak = new Soak(
                settings,
                new RunContext(
                        root.workingHome(),
                        Installation.find(),
                        screen,
                        stop -> Shutdown.set(screen, stop),
                        place.startTimeout(spec)));
        SoakReport report = run(soak);
        screen.clear();
        json.show(report, report::lines);
        return report.sound() ? 0 : 1;
    }

    private static SoakReport run(Soak soak) throws InterruptedException {
        try {
            return soak.run();
        } finally {
            Shutdown.set(() -> {});
        }
    }

    private SoakSettings settings() {
        Duration length = Duration.ofMillis(Math.round(minutes * 60000));
        Require.that(
                spec,
                length.compareTo(SoakSettings.SHORTEST) >= 0 && minutes <= 100_000,
                "--minutes",
                minutes,
                "at least " + SoakSettings.SHORTEST.toMinutes());
        Require.that(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Require.that(spec, maxBacklog >= 0, "--max-backlog", maxBacklog, "at least 0");
        Require.that(spec, !overload || maxBacklog > 0, "--max-backlog", maxBacklog, "above 0 with --overload");
        Require.that(spec, replayWindow > 0, "--replay-window", replayWindow, "at least 1");
        return new SoakSettings(
                length,
                overload ? Double.POSITIVE_INFINITY : rateLimit,
                maxBacklog,
                SelectionOptions.requireCurricula(spec, curricula),
                replayWindow,
                teacherModel,
                place.seed(),
                place.portBase());
    }
}
