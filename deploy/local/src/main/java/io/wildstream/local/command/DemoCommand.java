package io.wildstream.local.command;

import io.wildstream.local.cluster.Installation;
import io.wildstream.local.demo.Demo;
import io.wildstream.local.demo.DemoReport;
import io.wildstream.local.demo.DemoSettings;
import io.wildstream.local.demo.ReportFiles;
import io.wildstream.local.demo.ReportText;
import io.wildstream.local.demo.Screen;
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

/** {@code wildstream demo}: shows on this machine whether the selection helps. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Streams a wild mixture through a cluster on this machine and reports whether the selection helps.",
            "Without options it takes built-in images and some minutes."
        })
final class DemoCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Options.Data data = new Options.Data();

    @Mixin
    Options.Teacher teacher = new Options.Teacher();

    @Mixin
    Options.Student student = new Options.Student();

    @Mixin
    Options.Stream stream = new Options.Stream();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each student (default: 1500; 600 for the built-in images).")
    @Nullable Long steps;

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "Samples that are fed per second (default: as fast as it goes).")
    double rateLimit = Double.POSITIVE_INFINITY;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = Options.Time.class,
            defaultValue = "30m",
            description = "Time after which the stream is given up, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(30);

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where report.json goes (default: in the report directory).")
    @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report",
            description = "Directory of the report: report.json, pictures and models (default: ${DEFAULT-VALUE}).")
    Path report = Path.of("report");

    @Option(
            names = "--verify",
            description =
                    "Learn each student a second time from the beginning of its curriculum and compare the weights bit for bit.")
    boolean verify;

    @Option(names = "--keep", description = "Keep the broker's data and the checkpoints of the run.")
    boolean keep;

    @Override
    public Integer call() throws InterruptedException {
        DemoSettings settings = settings();
        var home = root.workingHome();
        Screen screen = Screen.of(spec.commandLine().getOut());
        Path jsonFile = json == null ? report.resolve("report.json") : json;
        Demo demo = new Demo(
                settings,
                home,
                Installation.find(),
                screen,
                stop -> Shutdown.set(() -> {
                    screen.sayLast("stopping    all processes");
                    stop.run();
                }));
        DemoReport made = run(demo, jsonFile);
        screen.clear();
        ReportText.lines(made).forEach(screen::say);
        screen.say("report      " + jsonFile + ", pictures and models in " + report);
        return made.sound() ? 0 : Wildstream.UNSOUND;
    }

    private DemoReport run(Demo demo, Path jsonFile) throws InterruptedException {
        try {
            return demo.run(outcome -> {
                ReportFiles.write(outcome, report, jsonFile);
                return outcome.report();
            });
        } finally {
            Shutdown.set(() -> {});
        }
    }

    private DemoSettings settings() {
        boolean builtIn = data.original == null;
        Options.require(spec, steps == null || steps > 0, "--steps", steps, "at least 1");
        long wanted = steps == null ? (builtIn ? 600 : 1500) : steps;
        Options.require(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Options.require(spec, timeLimit.toMillis() > 0, "--time-limit", timeLimit, "above 0");
        return new DemoSettings(
                data.settings(spec),
                teacher.settings(spec, builtIn),
                student.settings(spec, wanted),
                stream.curricula(),
                stream.rate(builtIn),
                stream.seed,
                rateLimit,
                timeLimit,
                stream.portBase,
                true,
                verify,
                keep);
    }
}
