// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.DataAndModelOptions;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.options.SeedAndPortOptions;
import io.wildstream.cli.options.SelectionOptions;
import io.wildstream.cli.options.StreamLimits;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.client.Policies;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.chaos.Chaos;
import io.wildstream.lab.chaos.ChaosReport;
import io.wildstream.lab.chaos.ChaosSettings;
import io.wildstream.lab.chaos.ChaosText;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream chaos}: proves on this machine that faults lose nothing and repeat nothing. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = {
            "Streams through a cluster with two teachers and two selectors while its processes are killed, "
                    + "stopped and restarted, then proves from the committed records that nothing was lost and nothing "
                    + "was learned twice.",
            "Exit status 1 when that does not hold; the table shows what."
        })
public final class ChaosCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    DataAndModelOptions material = new DataAndModelOptions();

    @Mixin
    StreamLimits run = new StreamLimits();

    @Mixin
    SeedAndPortOptions place = new SeedAndPortOptions();

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "Faults; which and where follows from --seed (default: ${DEFAULT-VALUE}).")
    int kills = 20;

    @Option(
            names = "--curricula",
            paramLabel = "NAME",
            split = ",",
            defaultValue = Policies.DFND,
            description = "Curricula, one student each: dfnd, dfnd-global, dfnd-fn, dfnd-top-n, dfnd-two-pass, random"
                    + " (default: ${DEFAULT-VALUE}).")
    List<String> curricula = List.of(Policies.DFND);

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            defaultValue = "0.27",
            description = "Share of the stream that each curriculum keeps, in (0, 1] (default: ${DEFAULT-VALUE}).")
    double rate = 0.27;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "600",
            description = "Steps of each student (default: ${DEFAULT-VALUE}).")
    long steps = 600;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        ChaosSettings settings = settings();
        json.check();
        Screen screen = json.screen();
        Chaos chaos = new Chaos(
                settings,
                new RunContext(
                        root.workingHome(),
                        Installation.find(),
                        screen,
                        stop -> Shutdown.set(screen, stop),
                        place.startTimeout(spec)));
        ChaosReport report;
        try {
            report = chaos.run();
        } finally {
            Shutdown.set(() -> {});
        }
        screen.clear();
        json.show(report, () -> ChaosText.lines(report));
        if (json.file() != null) {
            screen.say("report      " + json.file());
        }
        return report.sound() ? 0 : 1;
    }

    private ChaosSettings settings() {
        Require.that(spec, kills > 0, "--kills", kills, "at least 1");
        Require.that(spec, rate > 0 && rate <= 1, "--rate", rate, "a number in (0, 1]");
        Require.that(spec, steps > 0, "--steps", steps, "at least 1");
        SelectionOptions.requireCurricula(spec, curricula);
        WorkloadSettings workload =
                material.settings(steps, curricula, rate, place.seed(), run.settings(place.portBase(), false, true));
        return new ChaosSettings(workload, kills);
    }
}
