// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LineageTest {

    /** A spec at offset 0, entries at 1 to 100. */
    private final Lineage lineage =
            new Lineage(1, LongStream.rangeClosed(1, 100).boxed().collect(Collectors.toCollection(TreeSet::new)));

    @Test
    void holdsWhenEachStretchLearnedItsEntries() {
        // Given
        List<CheckpointManifest> committed = List.of(at(10, 33, 32), at(20, 33, 32), at(40, 101, 100, true));

        // When
        TrainedProof proof = lineage.prove(committed);

        // Then
        assertThat(proof.holds()).isTrue();
        assertThat(proof.expected()).isEqualTo(100);
        assertThat(proof.trained()).isEqualTo(100);
        assertThat(proof.checkpoints()).isEqualTo(3);
        assertThat(proof.steps()).isEqualTo(40);
    }

    @Test
    void aLossInOneStretchDoesNotHideARepetitionInAnother() {
        // Given
        List<CheckpointManifest> committed = List.of(at(10, 33, 30), at(40, 101, 100, true));

        // When
        TrainedProof proof = lineage.prove(committed);

        // Then
        assertThat(proof.missing()).isEqualTo(2);
        assertThat(proof.repeated()).isEqualTo(2);
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void entriesAfterTheLastCheckpointAreMissing() {
        // Given
        List<CheckpointManifest> committed = List.of(at(30, 95, 94, true));

        // When
        TrainedProof proof = lineage.prove(committed);

        // Then
        assertThat(proof.missing()).isEqualTo(6);
    }

    @Test
    void checkpointsThatWereGoneBackBehindDoNotCount() {
        // Given
        List<CheckpointManifest> committed =
                List.of(at(10, 33, 32), at(20, 65, 64), at(15, 49, 48), at(40, 101, 100, true));

        // When
        TrainedProof proof = lineage.prove(committed);

        // Then
        assertThat(proof.holds()).isTrue();
        assertThat(proof.checkpoints()).isEqualTo(3);
    }

    @Test
    void aStudentWithoutACheckpointHasLearnedNothing() {
        // Given
        List<CheckpointManifest> none = List.of();

        // When
        TrainedProof proof = lineage.prove(none);

        // Then
        assertThat(proof.missing()).isEqualTo(100);
        assertThat(proof.finished()).isFalse();
        assertThat(proof.holds()).isFalse();
    }

    private static CheckpointManifest at(long step, long nextOffset, long trained) {
        return at(step, nextOffset, trained, false);
    }

    private static CheckpointManifest at(long step, long nextOffset, long trained, boolean finished) {
        return CheckpointManifest.newBuilder()
                .setStep(step)
                .setNextOffset(nextOffset)
                .setTrained(trained)
                .setFinished(finished)
                .build();
    }
}
