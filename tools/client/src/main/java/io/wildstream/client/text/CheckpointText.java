// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static io.wildstream.client.text.TerminalText.shortDigest;
import static io.wildstream.client.text.TerminalText.text;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse.Checkpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The checkpoints of a student as a table, oldest first. */
public final class CheckpointText {

    private static final String ROW = "%10s %10s %10s %8s %9s %8s  %-9s %-20s %-14s %s";

    private CheckpointText() {}

    /** The lines of the table. */
    public static List<String> lines(ListCheckpointsResponse checkpoints) {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted(
                "step",
                "offset",
                "trained",
                "skipped",
                "agreement",
                "accuracy",
                "state",
                "committed",
                "weights",
                "rollback"));
        checkpoints.getCheckpointsList().forEach(checkpoint -> lines.add(row(checkpoint)));
        return lines;
    }

    private static String row(Checkpoint checkpoint) {
        CheckpointManifest manifest = checkpoint.getManifest();
        return ROW.formatted(
                        text("%,d", manifest.getStep()),
                        text("%,d", manifest.getNextOffset()),
                        text("%,d", manifest.getTrained()),
                        text("%,d", manifest.getSkipped()),
                        text("%.1f %%", 100 * manifest.getAgreement()),
                        manifest.hasHoldoutAccuracy() ? text("%.1f %%", 100 * manifest.getHoldoutAccuracy()) : "-",
                        state(checkpoint),
                        time(manifest.getCreated()),
                        shortDigest(manifest.getWeightsSha256()),
                        rollback(manifest))
                .stripTrailing();
    }

    private static String state(Checkpoint checkpoint) {
        if (!checkpoint.getSurviving()) {
            return "given up";
        }
        return checkpoint.getKept() ? "kept" : "removed";
    }

    private static String rollback(CheckpointManifest manifest) {
        if (!manifest.getRollbackProblem().isEmpty()) {
            return "refused: " + manifest.getRollbackProblem();
        }
        boolean continues = manifest.getLineage().getParent().equals(manifest.getDirectory());
        return continues ? "continues from here" : "";
    }

    private static String time(Timestamp created) {
        return Instant.ofEpochSecond(created.getSeconds()).toString();
    }
}
