// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StudentReplayTest {

    @Test
    void saysThatTheWeightsAreEqual() {
        // Given
        StudentReplay replay = new StudentReplay("dfnd", "ab", 1500, "ab", 1500);

        // When // Then
        assertThat(replay.equal()).isTrue();
        assertThat(replay.lines())
                .containsExactly(
                        "committed   ab after 1500 steps",
                        "replayed    ab after 1500 steps",
                        "equal       bit for bit");
        assertThat(replay.fields())
                .containsExactly(
                        Map.entry("student", "dfnd"),
                        Map.entry("committed_weights_sha256", "ab"),
                        Map.entry("replayed_weights_sha256", "ab"),
                        Map.entry("equal", true));
    }

    @Test
    void saysThatTheWeightsDiffer() {
        // Given
        StudentReplay replay = new StudentReplay("dfnd", "ab", 1500, "cd", 1499);

        // When // Then
        assertThat(replay.equal()).isFalse();
        assertThat(replay.lines()).contains("DIFFERENT");
        assertThat(replay.fields()).containsEntry("equal", false);
    }

    @Test
    void onlyAFinishedStudentIsLearnedAgain() {
        // Given
        CheckpointManifest learning = CheckpointManifest.newBuilder().setStep(7).build();
        CheckpointManifest finished = learning.toBuilder().setFinished(true).build();

        // When // Then
        assertThat(StudentReplay.requireFinished("dfnd", Optional.of(finished))).isEqualTo(finished);
        assertThatThrownBy(() -> StudentReplay.requireFinished("dfnd", Optional.of(learning)))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("student dfnd is still learning (step 7)");
        assertThatThrownBy(() -> StudentReplay.requireFinished("dfnd", Optional.empty()))
                .hasMessage("student dfnd has no committed checkpoint");
    }
}
