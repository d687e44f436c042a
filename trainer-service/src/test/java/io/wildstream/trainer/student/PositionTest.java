// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.LearnedRecord;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.TestSamples;
import io.wildstream.trainer.method.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionTest {

    @TempDir
    Path directory;

    @Test
    void fractionsOfTheReplayRatioAddUp() {
        // Given
        Position position = Position.startingAt(0);
        StringBuilder owed = new StringBuilder();

        // When
        for (int i = 0; i < 6; i++) {
            long before = position.rehearsalsOwed();
            position.countFresh(new StepResult(1, 1, Map.of(), 0.1), List.of(), 2.5);
            owed.append(position.rehearsalsOwed() - before);
        }

        // Then
        assertThat(owed).hasToString("232323");
    }

    @Test
    void rehearsalsAreCountedApartFromFreshSteps() {
        // Given
        Position position = Position.startingAt(0);
        StringBuilder counted = new StringBuilder();

        // When
        for (int i = 0; i < 4; i++) {
            position.countFresh(new StepResult(1, 1, Map.of(), 0.1), List.of(), 1);
            counted.append(position.rehearsals());
            position.countRehearsal();
        }

        // Then each batch of a condensed set has its turn
        assertThat(counted).hasToString("0123");
        assertThat(Position.of(position.toState(0), 0, 0).rehearsals()).isEqualTo(4);
    }

    @Test
    void agreementIsOverTheNewestFiftyMinibatches() {
        // Given
        Position position = Position.startingAt(0);

        // When
        for (int i = 0; i < 100; i++) {
            position.countFresh(new StepResult(10, i < 50 ? 0 : 7, Map.of(), 0.1), List.of(), 0);
        }

        // Then
        assertThat(position.agreement()).isEqualTo(0.7);
    }

    @Test
    void theLastLearnedRecordIsTheFurthestOfTheNewestMinibatch() {
        // Given
        Position position = Position.startingAt(0);
        LearnedRecord before = position.lastLearned();

        // When
        position.countFresh(new StepResult(2, 1, Map.of(), 0.1), List.of(TestSamples.recorded(7, 70)), 0);
        position.countFresh(
                new StepResult(2, 1, Map.of(), 0.1),
                List.of(TestSamples.recorded(12, -120), TestSamples.recorded(9, 90)),
                0);

        // Then
        assertThat(before).isNull();
        assertThat(position.lastLearned())
                .isEqualTo(
                        LearnedRecord.newBuilder().setOffset(12).setCrc32(-120).build());
    }

    @Test
    void aMarkerReadAheadIsNotInTheState() {
        // Given
        Position position = Position.startingAt(5);
        position.countEnd(end(4, 0, 2));
        position.countEnd(end(9, 1, 2));

        // When
        LearningState state = position.toState(3);

        // Then
        assertThat(position.streamEnded()).isTrue();
        assertThat(state.ended()).containsOnlyKeys(0);
        assertThat(Position.of(state, 0, 0).streamEnded()).isFalse();
    }

    @Test
    void aStateComesBackFromItsFile() throws IOException {
        // Given
        Position position = Position.startingAt(5);
        position.countFresh(new StepResult(10, 3, Map.of(), 0.1), List.of(), 1.5);
        position.countEnd(end(4, 0, 2));
        position.answerRequest(8);
        Path file = directory.resolve("state.json");

        // When
        Files.write(file, position.toState(3).toJson());

        // Then
        LearningState read = LearningState.read(file);
        assertThat(read).isEqualTo(position.toState(3));
        assertThat(Position.of(read, 0, 0).toState(3)).isEqualTo(read);
    }

    @Test
    void theFirstMarkerSettlesHowManyPartitionsThereAre() {
        // Given
        Position position = Position.startingAt(0);
        position.countEnd(end(4, 0, 2));

        // When
        String other = position.contradiction(end(5, 1, 3), () -> 3);
        String same = position.contradiction(end(6, 1, 2), () -> 3);

        // Then
        assertThat(other).isEqualTo("partition 1 of 3, but an earlier end marker says 2");
        assertThat(same).isNull();
    }

    @Test
    void theFirstMarkerNamesNoMorePartitionsThanTheTopicHas() {
        // Given
        Position position = Position.startingAt(0);
        CurriculumEvent.Ended huge = end(4, 0, Integer.MAX_VALUE);

        // When
        String refused = position.contradiction(huge, () -> 4);

        // Then
        assertThat(refused).isEqualTo("partition 0 of 2147483647, but the topic of samples has 4");
        assertThat(position.contradiction(end(5, 0, 4), () -> 4)).isNull();
        assertThat(position.contradiction(end(5, 0, 2), () -> 4)).isNull();
        assertThat(position.contradiction(huge, () -> 0)).isNull();
    }

    private static CurriculumEvent.Ended end(long offset, int partition, int partitions) {
        return new CurriculumEvent.Ended(
                new ConsumerRecord<>("curriculum", 0, offset, null, null), partition, partitions);
    }
}
