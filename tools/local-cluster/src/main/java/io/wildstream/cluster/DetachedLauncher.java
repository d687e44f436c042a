// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs this very program a second time, in a session of its own, and shows what it prints until its cluster is ready. The second program
 * stays when this one ends.
 */
public final class DetachedLauncher {

    /** The line that a launcher prints when its cluster is ready begins so. */
    public static final String READY_LINE = "cluster     ready";

    /** The line that says why a program ends begins so. */
    private static final String ERROR = "error: ";

    private static final long POLL_MILLIS = 200;
    private static final long STOP_SECONDS = 60;

    private final Home home;
    private final Path log;

    /** A launcher of the cluster in a home. */
    public DetachedLauncher(Home home) {
        this.home = home;
        this.log = logOf(home);
    }

    /**
     * Starts the program and returns when its cluster is ready, or it has ended.
     *
     * @param main class to run
     * @param arguments of the program
     * @param shown receives each line that it prints
     * @param onStop gets what must be done when this program is stopped before that: the other one stops too
     * @return 0 when the cluster is ready, else the exit status of the program, 1 at least
     * @throws ClusterException when another cluster runs in the home, or the program cannot be started
     */
    public int run(String main, List<String> arguments, Consumer<String> shown, Consumer<Runnable> onStop)
            throws InterruptedException {
        if (home.isLocked()) {
            throw home.inUse();
        }
        Process process = start(command(main, arguments));
        onStop.accept(() -> stop(process));
        int seen = 0;
        while (process.isAlive()) {
            seen = show(seen, shown);
            if (isReady()) {
                show(seen, shown);
                return 0;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        show(seen, shown);
        return Math.max(1, process.exitValue());
    }

    /** Why the last launcher of a home ended by itself; none where it was stopped, or where there was none. */
    static Optional<String> lastError(Home home) {
        List<String> lines = lines(logOf(home));
        return lines.stream()
                .filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length()))
                .reduce((first, second) -> second);
    }

    private static Path logOf(Home home) {
        return home.logs().resolve("up.log");
    }

    /** Lets the other program stop what it has started, and ends it when that takes too long. */
    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady() {
        boolean ready =
                ClusterState.read(home.stateFile()).map(ClusterState::ready).orElse(false);
        return ready && lines(log).stream().anyMatch(line -> line.startsWith(READY_LINE));
    }

    private int show(int seen, Consumer<String> shown) {
        List<String> lines = lines(log);
        lines.stream().skip(seen).forEach(shown);
        return lines.size();
    }

    private static List<String> lines(Path log) {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            return List.of(); // not written yet, or cut within a character: read again soon
        }
    }

    /** The command line that runs a class as this program was run. */
    static List<String> command(String main, List<String> arguments) {
        List<String> command = ProcessSpecs.ownSession();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-Dwildstream.terminal"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    private Process start(List<String> command) {
        try {
            Files.createDirectories(log.getParent());
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(new File("/dev/null"))
                    .start();
        } catch (IOException e) {
            throw new ClusterException("the cluster could not be started: " + e.getMessage(), e);
        }
    }
}
