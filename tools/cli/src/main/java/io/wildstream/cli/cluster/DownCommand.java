// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.Output;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.RunningCluster;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream down}: stops what runs in the home, and cleans up after a launcher that was killed. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = {"Stops the cluster that 'up' or 'demo' started.", "Its data stays, unless --delete is given."})
public final class DownCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

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
        Output out = new Output(spec);
        Optional<ClusterState> state = ClusterState.read(home.stateFile());
        out.line(text(home, RunningCluster.stop(home)));
        if (delete) {
            home.deleteData();
            out.line("data deleted");
            state.filter(ClusterState::hasOwnKafka)
                    .ifPresent(found -> out.line("the topics '" + found.topicPrefix()
                            + ".*' of your Kafka stay: delete them too, or begin the next cluster with another"
                            + " wildstream.topic-prefix"));
        }
        return 0;
    }

    private static String text(Home home, RunningCluster.StopResult result) {
        if (result instanceof RunningCluster.Stopped) {
            return "stopped";
        }
        if (result instanceof RunningCluster.CleanedUp cleaned) {
            String left = String.join(", ", cleaned.left());
            return "the launcher had already ended" + (left.isEmpty() ? "" : "; stopped " + left);
        }
        return "no cluster runs in " + home.directory();
    }
}
