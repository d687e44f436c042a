// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

    @TempDir
    Path directory;

    private record Result(String weightsSha256, List<Integer> kept) {}

    @Test
    void writesFieldsInSnakeCaseAndKeysOfMapsAsTheyAre() {
        // Given
        Object value = List.of(new Result("ab", List.of(1, 2)), Map.of("teacher-0", 1));

        // When
        String text = Json.text(value);

        // Then
        assertThat(text.lines()).hasSizeGreaterThan(1);
        assertThat(text.replaceAll("\\s", ""))
                .isEqualTo("[{\"weights_sha256\":\"ab\",\"kept\":[1,2]},{\"teacher-0\":1}]");
    }

    @Test
    void readsWhatItWroteInADirectoryThatItMade() throws IOException {
        // Given
        Path file = directory.resolve("a/b/result.json");
        Result result = new Result("ab", List.of(3));

        // When
        Json.write(file, result);

        // Then
        assertThat(Json.read(file, Result.class)).isEqualTo(result);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void leavesTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        // Given
        Path file = directory.resolve("result.json");
        Json.write(file, Map.of("old", 1));

        // When // Then
        assertThatThrownBy(() -> Json.write(file, new Object())).isInstanceOf(IllegalArgumentException.class);
        assertThat(Files.readString(file)).contains("old");
    }

    @Test
    void namesTheFileThatCannotBeWritten() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "").resolve("result.json");

        // When // Then
        assertThatThrownBy(() -> Json.write(file, Map.of()))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith(file + " cannot be written: ");
    }

    @Test
    void tellsAMissingFileFromABrokenOne() throws IOException {
        // Given
        Path broken = Files.writeString(directory.resolve("broken.json"), "{\"kept\": [1");

        // When // Then
        assertThatThrownBy(() -> Json.read(broken, Result.class)).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> Json.read(directory.resolve("none"), Result.class))
                .isInstanceOf(NoSuchFileException.class);
    }
}
