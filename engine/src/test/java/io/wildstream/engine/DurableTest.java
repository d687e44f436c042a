// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {

    @TempDir
    Path directory;

    @Test
    void aFileIsWrittenWithItsDirectories() throws IOException {
        // Given
        Path file = directory.resolve("a/b/state.json");

        // When
        Durable.write(file, bytes("{}"));

        // Then
        assertThat(file).hasContent("{}");
        assertThat(names(file.getParent())).containsExactly("state.json");
    }

    @Test
    void aFileIsReplacedWhole() throws IOException {
        // Given
        Path file = directory.resolve("state.json");
        Durable.write(file, bytes("a longer text than the next"));

        // When
        Durable.write(file, bytes("next"));

        // Then
        assertThat(file).hasContent("next");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingBeside() throws IOException {
        // Given
        Path file = directory.resolve("state.json");
        Durable.write(file, bytes("old"));

        // When / Then
        assertThatThrownBy(() -> Durable.write(file, channel -> {
                    Durable.writeFully(channel, ByteBuffer.wrap(bytes("half of the new")));
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThat(file).hasContent("old");
        assertThat(names(directory)).containsExactly("state.json");
    }

    @Test
    void temporaryNamesAreHiddenAndDiffer() {
        // Given
        Path file = directory.resolve("state.json");

        // When
        Path first = Durable.temporaryBeside(file);

        // Then
        assertThat(first.getParent()).isEqualTo(directory.toAbsolutePath());
        assertThat(first.getFileName().toString())
                .startsWith(".state.json.")
                .isNotEqualTo(Durable.temporaryBeside(file).getFileName().toString());
    }

    @Test
    void aDirectoryIsDeletedWithWhatIsInIt() throws IOException {
        // Given
        Path tree = directory.resolve("tree");
        Durable.write(tree.resolve("deep/down/file"), bytes("x"));

        // When
        Durable.deleteDirectory(tree);
        Durable.deleteDirectory(tree);

        // Then
        assertThat(tree).doesNotExist();
    }

    @Test
    void digestsAreThoseOfTheStandard() throws IOException {
        // Given: the one-block message of FIPS 180-2.
        Path file = directory.resolve("abc");
        Files.write(file, bytes("abc"));

        // When
        String digest = Digests.sha256(file);

        // Then
        assertThat(digest).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> Digests.sha256(directory.resolve("missing")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("missing");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
