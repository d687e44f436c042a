// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a directory, and the names there: others read them. */
class DirectoryCheckpointStoreTest extends CheckpointStoreContract {

    @TempDir
    Path root;

    @Override
    CheckpointStore open(String student) throws IOException {
        return new DirectoryCheckpointStore(root, student);
    }

    @Override
    List<String> stored(String student) throws IOException {
        try (Stream<Path> entries = Files.walk(root.resolve(student))) {
            return entries.filter(Files::isRegularFile)
                    .map(entry -> root.relativize(entry).toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    void damage(String file, byte[] bytes) throws IOException {
        Files.write(root.resolve(file), bytes);
    }

    @Override
    void lose(String file) throws IOException {
        Files.delete(root.resolve(file));
    }

    @Override
    String crashWhileWriting(String student) throws IOException {
        Path unfinished = Files.createDirectories(root.resolve(student).resolve(".unfinished-1"));
        Files.writeString(unfinished.resolve("file"), "torn");
        return root.relativize(unfinished).toString();
    }

    @Test
    void aCheckpointsDirectoryIsNamedByItsStep() throws IOException {
        // Given
        CheckpointStore.Content content = directory -> Files.writeString(directory.resolve("file"), "text");
        try (CheckpointStore store = open("anna")) {

            // When
            CheckpointStore.Written first = store.write(12, content);
            CheckpointStore.Written second = store.write(12, content);

            // Then
            assertThat(first.directory()).isEqualTo("anna/12");
            assertThat(second.directory()).isEqualTo("anna/12-2");
            assertThat(root.resolve("anna/12/file")).hasContent("text");
        }
    }
}
