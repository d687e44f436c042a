// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.wildstream.client.GatewayClient;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse.Checkpoint;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream checkpoints list}: what a student was, and what it can go back to. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the committed checkpoints of a student, oldest first. 'kept' ones can be gone back to with 'wildstream rollback';",
            "'given up' ones are those that a rollback went back behind."
        })
final class CheckpointsListCommand implements Callable<Integer> {

    private static final String ROW = "%10s %10s %10s %8s  %-9s %-20s %-14s %s";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    CheckpointsCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(names = "--json", description = "Whole manifests as JSON.")
    boolean json;

    @Override
    public Integer call() throws InvalidProtocolBufferException {
        PrintWriter out = spec.commandLine().getOut();
        try (GatewayClient gateway = Running.connect(Running.require(parent.root.home()))) {
            ListCheckpointsResponse all = gateway.checkpoints(student);
            if (json) {
                out.println(JsonFormat.printer().print(all));
            } else {
                out.println(ROW.formatted(
                        "step", "offset", "trained", "skipped", "state", "committed", "weights", "rollback"));
                all.getCheckpointsList().forEach(checkpoint -> out.println(row(checkpoint)));
            }
        }
        out.flush();
        return 0;
    }

    private static String row(Checkpoint checkpoint) {
        CheckpointManifest manifest = checkpoint.getManifest();
        String state = !checkpoint.getSurviving() ? "given up" : checkpoint.getKept() ? "kept" : "removed";
        return ROW.formatted(
                        number(manifest.getStep()),
                        number(manifest.getNextOffset()),
                        number(manifest.getTrained()),
                        number(manifest.getSkipped()),
                        state,
                        Timestamps.toString(manifest.getCreated()).replaceAll("\\.\\d+Z$", "Z"),
                        manifest.getWeightsSha256()
                                .substring(
                                        0,
                                        Math.min(12, manifest.getWeightsSha256().length())),
                        manifest.getRollbackProblem().isEmpty()
                                ? (isRollback(manifest) ? "goes on from here" : "")
                                : "refused: " + manifest.getRollbackProblem())
                .stripTrailing();
    }

    private static boolean isRollback(CheckpointManifest manifest) {
        return manifest.getLineage().getParent().equals(manifest.getDirectory());
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
