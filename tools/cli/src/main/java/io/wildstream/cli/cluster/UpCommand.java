// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.options.ClusterOptions;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.cluster.DetachedLauncher;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.config.KeyFile;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.up.LongRunningCluster;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream up}: a cluster that waits for samples until {@code down}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a cluster with a teacher, curricula and a student for each, and returns when it is ready.",
            "Feed it with 'feed', look with 'status', stop it with 'down'. Its data stays and the next 'up' "
                    + "continues with it."
        })
public final class UpCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT_BASE = 9750;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ClusterOptions whole = new ClusterOptions();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Steps after which a student is finished when the stream has ended; 0 for no end (default:"
                    + " ${DEFAULT-VALUE}).")
    long steps;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file of configuration keys of all services: a Kafka of your own"
                    + " (kafka.bootstrap.servers and the other keys kafka.*), a topic of your own as the stream; see"
                    + " docs/integrate.md (default: none).")
    @Nullable Path config;

    @Option(names = "--foreground", description = "Stay here until Ctrl-C or 'down'.")
    boolean foreground;

    @Override
    public Integer call() throws InterruptedException {
        WorkloadSettings settings = settings();
        Duration startTimeout = whole.startTimeout(spec);
        KeyFile keyFile = config == null ? null : KeyFile.read(config);
        Home home = root.workingHome();
        if (!foreground) {
            return detach(home);
        }
        Screen screen = Screen.of(spec.commandLine().getOut());
        RunContext context = new RunContext(home, Installation.find(), screen, Shutdown::set, startTimeout);
        new LongRunningCluster(settings, context, keyFile).run();
        return 0;
    }

    /** Runs this command again in the background and waits until its cluster is ready. */
    private int detach(Home home) throws InterruptedException {
        List<String> arguments =
                new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
        arguments.add("--foreground");
        Screen screen = Screen.of(spec.commandLine().getOut());
        return new DetachedLauncher(home)
                .run("io.wildstream.cli.Main", arguments, line -> relay(line, screen), Shutdown::set);
    }

    /** The other process writes plain lines; what says how far it is is drawn in its place where that can be. */
    static void relay(String line, Screen screen) {
        if (line.startsWith(ClusterStart.PROGRESS)) {
            screen.show(List.of(line), line);
        } else {
            screen.say(line);
        }
    }

    WorkloadSettings settings() {
        Require.that(spec, steps >= 0, "--steps", steps, "at least 0");
        Integer given = whole.portBase();
        int portBase = given == null ? DEFAULT_PORT_BASE : given;
        return whole.settings(
                steps,
                new WorkloadSettings.RunSettings(
                        Double.POSITIVE_INFINITY, Duration.ofDays(1), portBase, true, false, true));
    }
}
