// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.StaleState;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream down}: stops what runs in the home, and cleans up after a launcher that was killed. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the cluster that 'up' or 'demo' started. Its data stays, unless --delete is given.")
final class DownCommand implements Callable<Integer> {

    private static final long PATIENCE_SECONDS = 60;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--delete",
            description = "Delete the cluster's data: topics, checkpoints and students. Teachers stay.")
    boolean delete;

    @Override
    public Integer call() throws InterruptedException {
        Home home = root.home();
        PrintWriter out = spec.commandLine().getOut();
        Optional<ClusterState> state = ClusterState.read(home.stateFile());
        if (home.isLocked()) {
            stop(home, state);
            out.println("stopped");
        } else if (state.isPresent()) {
            List<String> left = StaleState.clean(home);
            out.println(
                    "the launcher was gone already" + (left.isEmpty() ? "" : "; stopped " + String.join(", ", left)));
        } else {
            out.println("no cluster runs in " + home.directory());
        }
        if (delete) {
            try (Home.Lock lock = home.lock()) {
                Home.delete(home.cluster());
                Home.delete(home.runs());
            }
            out.println("data deleted");
        }
        out.flush();
        return 0;
    }

    private static void stop(Home home, Optional<ClusterState> state) throws InterruptedException {
        ProcessHandle launcher = state.flatMap(found -> found.launcher().find())
                .orElseThrow(() -> new ClusterException("a program that is not known holds " + home.directory()
                        + ": it trains a teacher, or is starting; stop it by Ctrl-C where it runs"));
        launcher.destroy();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (launcher.isAlive()) {
            if (System.nanoTime() > deadline) {
                launcher.destroyForcibly();
                break;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        StaleState.clean(home);
    }
}
