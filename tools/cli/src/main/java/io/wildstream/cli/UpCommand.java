// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.up.LongRunningCluster;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
            "Feed it with 'feed', look with 'status', stop it with 'down'. Its data stays and the next 'up' goes on"
                    + " with it."
        })
final class UpCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT_BASE = 9750;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Options.Whole whole = new Options.Whole();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Steps after which a student is finished when the stream has ended; 0 for no end (default:"
                    + " ${DEFAULT-VALUE}).")
    long steps;

    @Option(names = "--foreground", description = "Stay here until Ctrl-C or 'down'.")
    boolean foreground;

    @Override
    public Integer call() throws InterruptedException {
        WorkloadSettings settings = settings();
        Home home = root.workingHome();
        if (!foreground) {
            return detach(home);
        }
        Screen screen = Screen.of(spec.commandLine().getOut());
        new LongRunningCluster(settings, new RunContext(home, Installation.find(), screen, Shutdown::set)).run();
        return 0;
    }

    /** Starts this very command again, in a session of its own, and waits until its cluster is ready. */
    private int detach(Home home) throws InterruptedException {
        if (home.isLocked()) {
            throw new ClusterException("another cluster runs in " + home.directory()
                    + ": stop it with 'wildstream down', or name another directory with --home");
        }
        Path log = home.logs().resolve("up.log");
        Process process = launch(log);
        long shown = 0;
        while (process.isAlive()) {
            shown = show(log, shown);
            boolean ready =
                    ClusterState.read(home.stateFile()).map(ClusterState::ready).orElse(false);
            if (ready && said(log, "cluster     ready")) {
                show(log, shown);
                return 0;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        show(log, shown);
        return process.exitValue() == 0 ? 1 : process.exitValue();
    }

    private Process launch(Path log) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-Dwildstream.terminal"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.wildstream.cli.Main");
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        command.add("--foreground");
        try {
            Files.createDirectories(log.getParent());
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(new java.io.File("/dev/null"))
                    .start();
        } catch (IOException e) {
            throw new ClusterException("the cluster could not be started: " + e.getMessage(), e);
        }
    }

    private long show(Path log, long from) {
        List<String> lines = lines(log);
        lines.stream().skip(from).forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return lines.size();
    }

    private static boolean said(Path log, String beginning) {
        return lines(log).stream().anyMatch(line -> line.startsWith(beginning));
    }

    private static List<String> lines(Path log) {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            return List.of();
        }
    }

    WorkloadSettings settings() {
        Options.require(spec, steps >= 0, "--steps", steps, "at least 0");
        int portBase = whole.place.portBase == null ? DEFAULT_PORT_BASE : whole.place.portBase;
        return whole.settings(
                steps,
                new WorkloadSettings.RunSettings(
                        Double.POSITIVE_INFINITY, Duration.ofDays(1), portBase, true, false, true));
    }
}
