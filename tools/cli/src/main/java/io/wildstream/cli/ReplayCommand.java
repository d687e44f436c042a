// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.Checkpoints;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.Json;
import io.wildstream.cluster.Verification;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream replay}: learns a student again from its log, and compares. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Learns a finished student of the running cluster again from the beginning of its curriculum, in a second trainer,",
            "and compares the weights bit for bit. Exit status 3 when they differ."
        })
final class ReplayCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = Options.Time.class,
            defaultValue = "30m",
            description = "Longest time for it (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(30);

    @Option(names = "--verify", description = "Compare the weights: what it does anyway.")
    boolean verify;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the result goes as JSON.")
    @Nullable Path json;

    @Override
    public Integer call() {
        var home = root.home();
        ClusterState state = Running.require(home);
        CheckpointManifest committed = Checkpoints.newest(
                        state.bootstrapServers(), new Topics(state.topicPrefix()), student)
                .orElseThrow(() -> new ClusterException("student " + student + " has no committed checkpoint"));
        if (!committed.getFinished()) {
            throw new ClusterException("student " + student + " is still learning (step " + committed.getStep()
                    + "): its weights are compared when the stream has ended and its last step is done");
        }
        VerifyResult result =
                Verification.run(Installation.find(), state.plan(home), state.ports(), student, timeLimit);
        boolean same = result.weightsSha256().equals(committed.getWeightsSha256());
        PrintWriter out = spec.commandLine().getOut();
        out.println("committed   " + committed.getWeightsSha256() + " after " + committed.getStep() + " steps");
        out.println("replayed    " + result.weightsSha256() + " after " + result.step() + " steps");
        out.println(same ? "equal       bit for bit" : "DIFFERENT");
        out.flush();
        if (json != null) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("student", student);
            facts.put("committed_weights_sha256", committed.getWeightsSha256());
            facts.put("replayed_weights_sha256", result.weightsSha256());
            facts.put("equal", same);
            Json.write(json, facts);
        }
        return same ? 0 : Wildstream.UNSOUND;
    }
}
