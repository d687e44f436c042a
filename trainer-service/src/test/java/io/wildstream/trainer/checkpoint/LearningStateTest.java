// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningStateTest {

    @TempDir
    Path directory;

    @Test
    void aStateComesBackAsItWasWritten() throws IOException {
        // Given
        TreeMap<Integer, Long> ended = new TreeMap<>();
        ended.put(1, 700L);
        ended.put(0, Long.MAX_VALUE);
        LearningState state = new LearningState(
                LearningState.FORMAT_VERSION,
                Long.MAX_VALUE,
                5,
                2,
                640,
                600,
                -1,
                ended,
                2,
                List.of(List.of(16, 3), List.of(16, 16)),
                new TreeSet<>(List.of("cd", "ab")),
                4,
                true);

        // When
        Path file = Files.write(directory.resolve(LearningState.FILE), state.toJson());

        // Then
        assertThat(LearningState.read(file)).isEqualTo(state);
    }

    @Test
    void theNamesInTheFileAreThoseOfTheFormat() {
        // When
        String json = new String(state(0, 0, -1).toJson(), StandardCharsets.UTF_8);

        // Then
        assertThat(json)
                .containsSubsequence(
                        "\"formatVersion\"",
                        "\"step\"",
                        "\"freshSteps\"",
                        "\"replaysOwed\"",
                        "\"nextOffset\"",
                        "\"trained\"",
                        "\"replayFrom\"",
                        "\"ended\"",
                        "\"partitions\"",
                        "\"agreement\"",
                        "\"teacherDigests\"",
                        "\"checkpointRequest\"",
                        "\"finished\"")
                .doesNotContain("rehearsals");
    }

    @ParameterizedTest
    @CsvSource({"-1,0,-1", "0,-1,-1", "0,0,-2"})
    void countsAndOffsetsBelowTheirLeastValueAreRefused(long step, long nextOffset, long rehearsalsFrom) {
        assertThatThrownBy(() -> state(step, nextOffset, rehearsalsFrom))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
    }

    @Test
    void agreementIsPairs() {
        assertThatThrownBy(() -> new LearningState(
                        1, 0, 0, 0, 0, 0, -1, new TreeMap<>(), 0, List.of(List.of(1)), new TreeSet<>(), 0, false))
                .hasMessageContaining("pairs of numbers");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> LearningState.read(directory.resolve("absent")))
                .isInstanceOf(IOException.class);
    }

    private static LearningState state(long step, long nextOffset, long rehearsalsFrom) {
        return new LearningState(
                1, step, 0, 0, nextOffset, 0, rehearsalsFrom, new TreeMap<>(), 0, List.of(), new TreeSet<>(), 0, false);
    }
}
