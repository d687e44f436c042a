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
import io.wildstream.lab.bench.Bench;
import io.wildstream.lab.bench.BenchReport;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream bench}: what a sample costs in processor time. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the processor time of a sample by process, and of the same work in one process without "
                    + "Kafka.",
            "The figures are valid on a machine that does nothing else."
        })
public final class BenchCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    DataAndModelOptions material = new DataAndModelOptions();

    @Mixin
    SeedAndPortOptions place = new SeedAndPortOptions();

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            defaultValue = "0.27",
            description = "Share of the stream that is kept, in (0, 1] (default: ${DEFAULT-VALUE}).")
    double rate = 0.27;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "Steps of the student (default: ${DEFAULT-VALUE}).")
    long steps = 500;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        WorkloadSettings settings = settings();
        json.check();
        Screen screen = json.screen();
        BenchReport report = Bench.run(
                settings,
                new RunContext(
                        root.workingHome(), Installation.find(), screen, Shutdown::set, place.startTimeout(spec)));
        Shutdown.set(() -> {});
        json.show(report, report::lines);
        return 0;
    }

    WorkloadSettings settings() {
        Require.that(spec, rate > 0 && rate <= 1, "--rate", rate, "a number in (0, 1]");
        Require.that(spec, steps > 0, "--steps", steps, "at least 1");
        return material.settings(
                steps,
                List.of(Policies.DFND),
                rate,
                place.seed(),
                new WorkloadSettings.RunSettings(
                        Double.POSITIVE_INFINITY, Duration.ofMinutes(30), place.portBase(), false, false, false));
    }
}
