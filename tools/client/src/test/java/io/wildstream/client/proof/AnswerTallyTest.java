// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.SamplePosition;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTallyTest {

    private final Positions asked = new Positions();

    @Test
    void holdsWhenEachRecordHasOneAnswer() {
        // Given
        AnswerTally tally = tally(2);

        // When
        tally.add(position(0, 0));
        tally.add(position(0, 1));

        // Then
        assertThat(tally.count(0)).isEqualTo(new AnswerCount(2, 0, 0, 0));
        assertThat(tally.count(0).holds()).isTrue();
    }

    @Test
    void countsMissingRepeatedAndStrayAnswers() {
        // Given
        AnswerTally tally = tally(3);

        // When
        tally.add(position(0, 0));
        tally.add(position(0, 0));
        tally.add(position(1, 0));
        tally.add(position(0, 9));

        // Then
        assertThat(tally.count(0)).isEqualTo(new AnswerCount(1, 2, 1, 2));
        assertThat(tally.count(0).holds()).isFalse();
    }

    @Test
    void anAnswerElsewhereExcusesAMissingOneAndNoMore() {
        // Given
        AnswerTally tally = tally(2);
        tally.add(position(0, 0));

        // When // Then
        assertThat(tally.count(1).missing()).isZero();
        assertThat(tally.count(7).missing()).isZero();
    }

    @Test
    void aProofHoldsWhenAllOfItsPartsDo() {
        // Given
        AnswerCount good = new AnswerCount(2, 0, 0, 0);
        AnswerCount bad = new AnswerCount(1, 1, 0, 0);
        TrainedProof trained = new TrainedProof(2, 2, 0, 0, 1, 9, true, "ab");
        TrainedProof unfinished = new TrainedProof(2, 2, 0, 0, 1, 9, false, "ab");

        // When // Then
        assertThat(proof(good, new CurriculumProof(2, 0, good), trained).holds())
                .isTrue();
        assertThat(proof(bad, new CurriculumProof(2, 0, good), trained).holds()).isFalse();
        assertThat(proof(good, new CurriculumProof(2, 1, good), trained).holds())
                .isFalse();
        assertThat(proof(good, new CurriculumProof(2, 0, bad), trained).holds()).isFalse();
        assertThat(proof(good, new CurriculumProof(2, 0, good), unfinished).holds())
                .isFalse();
    }

    @Test
    void positionsAreASet() {
        // Given
        Positions other = new Positions();

        // When
        boolean first = asked.add(0, 5);
        boolean second = asked.add(0, 5);
        asked.add(1, 5);
        other.add(1, 5);

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(asked.size()).isEqualTo(2);
        assertThat(asked.without(other)).isEqualTo(1);
        assertThat(other.without(asked)).isZero();
        assertThat(asked.contains(position(0, 5))).isTrue();
        assertThat(asked.contains(position(2, 5))).isFalse();
    }

    private AnswerTally tally(int records) {
        for (int offset = 0; offset < records; offset++) {
            asked.add(0, offset);
        }
        return new AnswerTally(asked);
    }

    private static StreamProof proof(AnswerCount outputs, CurriculumProof curriculum, TrainedProof student) {
        return new StreamProof(2, 2, 0, outputs, Map.of("dfnd", curriculum), Map.of("dfnd", student));
    }

    private static SamplePosition position(int partition, long offset) {
        return SamplePosition.newBuilder()
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }
}
