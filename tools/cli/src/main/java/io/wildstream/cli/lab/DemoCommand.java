// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.ClusterOptions;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.options.StreamLimits;
import io.wildstream.cli.session.ExitStatus;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.demo.Demo;
import io.wildstream.lab.report.DemoReport;
import io.wildstream.lab.report.ReportFiles;
import io.wildstream.lab.report.ReportText;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadDefaults;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream demo}: shows on this machine whether the selection helps. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Streams a wild mixture through a cluster on this machine and reports whether the selection helps.",
            "Without options it takes built-in images and some minutes."
        })
public final class DemoCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ClusterOptions whole = new ClusterOptions();

    @Mixin
    StreamLimits run = new StreamLimits();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each student (default: 1500; 600 for the built-in images).")
    @Nullable Long steps;

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report",
            description = "Directory of the report: report.json, pictures and models (default: ${DEFAULT-VALUE}).")
    Path report = Path.of("report");

    @Option(
            names = "--verify",
            description =
                    "Learn each student a second time from the beginning of its curriculum and compare the weights bit"
                            + " for bit.")
    boolean verify;

    private Function<WildMixture, Iterator<Sample>> samples = WildMixture::samples;

    @Override
    public Integer call() throws InterruptedException {
        WorkloadSettings settings = settings();
        json.check();
        var home = root.workingHome();
        Screen screen = json.screen();
        Path named = json.file();
        Path jsonFile = named == null ? report.resolve("report.json") : named;
        Require.directory(spec, "--report", report);
        RunContext context = new RunContext(
                home, Installation.find(), screen, stop -> Shutdown.set(screen, stop), whole.startTimeout(spec));
        Demo demo = new Demo(settings, context).feeding(samples);
        DemoReport made = run(demo, jsonFile);
        screen.clear();
        json.showWritten(made, () -> ReportText.lines(made));
        screen.say("report      " + jsonFile + ", pictures and models in " + report);
        return made.sound() ? 0 : ExitStatus.UNSOUND;
    }

    /** Decides when each sample may go; a test does so to end the stream itself. */
    public void feeding(Function<WildMixture, Iterator<Sample>> order) {
        samples = order;
    }

    private DemoReport run(Demo demo, Path jsonFile) throws InterruptedException {
        try {
            return demo.run((done, made) -> {
                ReportFiles.write(done, made, report, jsonFile);
                return made;
            });
        } finally {
            Shutdown.set(() -> {});
        }
    }

    WorkloadSettings settings() {
        Require.that(spec, steps == null || steps > 0, "--steps", steps, "at least 1");
        long wanted = steps == null ? WorkloadDefaults.steps(whole.builtIn()) : steps;
        return whole.settings(wanted, run.settings(whole.portBase(), true, verify));
    }
}
