// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.replay;

import io.wildstream.client.Checkpoints;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.Verification;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished student that was learned again from the beginning of its curriculum.
 *
 * @param student id
 * @param committedSha256 digest of the weights in its last checkpoint
 * @param committedSteps steps of that checkpoint
 * @param replayedSha256 digest of the weights of the replay
 * @param replayedSteps steps of the replay
 */
public record StudentReplay(
        String student, String committedSha256, long committedSteps, String replayedSha256, long replayedSteps) {

    /**
     * Learns a student of a running cluster again, in a trainer of its own.
     *
     * @throws ClusterException when the student is unknown or not finished, or the replay fails or takes too long
     */
    public static StudentReplay run(
            Installation installation, Home home, ClusterState state, String student, Duration timeLimit) {
        CheckpointManifest committed =
                requireFinished(student, Checkpoints.newest(state.kafka(), state.topics(), student));
        VerifyResult replayed = Verification.run(installation, state.plan(home), state.ports(), student, timeLimit);
        return new StudentReplay(
                student, committed.getWeightsSha256(), committed.getStep(), replayed.weightsSha256(), replayed.step());
    }

    static CheckpointManifest requireFinished(String student, Optional<CheckpointManifest> newest) {
        CheckpointManifest committed =
                newest.orElseThrow(() -> new ClusterException("student " + student + " has no committed checkpoint"));
        if (!committed.getFinished()) {
            throw new ClusterException("student " + student + " is still learning (step " + committed.getStep()
                    + "): its weights can be compared when the stream has ended and its last step is done");
        }
        return committed;
    }

    /** Whether the weights are equal bit for bit. */
    public boolean equal() {
        return replayedSha256.equals(committedSha256);
    }

    /** The result for a terminal. */
    public List<String> lines() {
        return List.of(
                "committed   " + committedSha256 + " after " + committedSteps + " steps",
                "replayed    " + replayedSha256 + " after " + replayedSteps + " steps",
                equal() ? "equal       bit for bit" : "DIFFERENT");
    }

    /** The result as the fields of a JSON object. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("student", student);
        fields.put("committed_weights_sha256", committedSha256);
        fields.put("replayed_weights_sha256", replayedSha256);
        fields.put("equal", equal());
        return fields;
    }
}
