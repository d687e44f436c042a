// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse.Checkpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTextTest {

    private static final CheckpointManifest MANIFEST = CheckpointManifest.newBuilder()
            .setDirectory("dfnd/000010")
            .setStep(1234)
            .setNextOffset(5678)
            .setTrained(4000)
            .setSkipped(7)
            .setWeightsSha256("ab".repeat(32))
            .setCreated(Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(5))
            .build();

    @Test
    void showsARowForEachCheckpoint() {
        // Given
        ListCheckpointsResponse response = ListCheckpointsResponse.newBuilder()
                .addCheckpoints(checkpoint(MANIFEST, true, true))
                .addCheckpoints(checkpoint(
                        MANIFEST.toBuilder()
                                .setAgreement(0.625)
                                .setHoldoutAccuracy(0.8719)
                                .build(),
                        true,
                        false))
                .addCheckpoints(checkpoint(MANIFEST, false, true))
                .build();

        // When
        List<String> lines = CheckpointText.lines(response);

        // Then
        assertThat(lines)
                .containsExactly(
                        "      step     offset    trained  skipped agreement accuracy  state     committed            weights"
                                + "        rollback",
                        "     1,234      5,678      4,000        7     0.0 %        -  kept      2023-11-14T22:13:20Z"
                                + " abababababab",
                        "     1,234      5,678      4,000        7    62.5 %   87.2 %  removed   2023-11-14T22:13:20Z"
                                + " abababababab",
                        "     1,234      5,678      4,000        7     0.0 %        -  given up  2023-11-14T22:13:20Z"
                                + " abababababab");
    }

    @Test
    void showsWhereARollbackContinuesAndWhyOneWasRefused() {
        // Given
        CheckpointManifest continued = MANIFEST.toBuilder()
                .setLineage(Lineage.newBuilder().setParent("dfnd/000010"))
                .build();
        CheckpointManifest refused =
                MANIFEST.toBuilder().setRollbackProblem("no such step").build();
        ListCheckpointsResponse response = ListCheckpointsResponse.newBuilder()
                .addCheckpoints(checkpoint(continued, true, true))
                .addCheckpoints(checkpoint(refused, true, true))
                .build();

        // When
        List<String> lines = CheckpointText.lines(response);

        // Then
        assertThat(lines.get(1)).endsWith("abababababab   continues from here");
        assertThat(lines.get(2)).endsWith("abababababab   refused: no such step");
    }

    @Test
    void aStudentWithoutCheckpointsHasTheHeadOnly() {
        // Given // When // Then
        assertThat(CheckpointText.lines(ListCheckpointsResponse.getDefaultInstance()))
                .hasSize(1);
    }

    private static Checkpoint checkpoint(CheckpointManifest manifest, boolean surviving, boolean kept) {
        return Checkpoint.newBuilder()
                .setManifest(manifest)
                .setSurviving(surviving)
                .setKept(kept)
                .build();
    }
}
