// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of checkpoints promises. A subclass names the store. */
abstract class CheckpointStoreContract {

    private CheckpointStore store;

    /** A new store object over what the test's earlier ones have stored. */
    abstract CheckpointStore open(String student) throws IOException;

    /** Names of everything that is stored for a student, {@code <student>/<name>/<file>}. */
    abstract List<String> stored(String student) throws IOException;

    /** Replaces the bytes of a stored file behind the store's back. */
    abstract void damage(String file, byte[] bytes) throws IOException;

    /** Deletes a stored file behind the store's back. */
    abstract void lose(String file) throws IOException;

    /** Leaves something half written as a crash would, and returns its name. */
    abstract String crashWhileWriting(String student) throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = open("anna");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aCheckpointIsWhatItsManifestSays() throws IOException {
        // When
        CheckpointManifest manifest = write(12, "weights");

        // Then
        assertThat(manifest.getDirectory()).startsWith("anna/12");
        assertThat(manifest.getFilesList()).extracting(CheckpointFile::getName).containsExactly("empty", "file");
        assertThat(manifest.getFiles(1).getBytes()).isEqualTo(7);
        assertThat(store.problem(manifest)).isEmpty();
        assertThat(store.fetch(manifest).resolve("file")).hasContent("weights");
    }

    @Test
    void anotherStartFindsIt() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        reopen();

        // When
        Path directory = store.fetch(manifest);

        // Then
        assertThat(store.problem(manifest)).isEmpty();
        assertThat(directory.resolve("file")).hasContent("weights");
        assertThat(directory.resolve("empty")).isEmptyFile();
    }

    @Test
    void aSecondCheckpointOfAStepLeavesTheFirst() throws IOException {
        // Given
        CheckpointManifest first = write(12, "first");

        // When
        CheckpointManifest second = write(12, "second");

        // Then
        assertThat(second.getDirectory()).isNotEqualTo(first.getDirectory());
        assertThat(store.fetch(first).resolve("file")).hasContent("first");
        assertThat(store.fetch(second).resolve("file")).hasContent("second");
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        damage(manifest.getDirectory() + "/file", "weightz".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        // When
        reopen();

        // Then
        assertThat(store.problem(manifest).orElseThrow()).contains("file", "has SHA-256", "committed was");
    }

    @Test
    void aTruncatedFileIsFound() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        damage(manifest.getDirectory() + "/file", new byte[3]);

        // When
        reopen();

        // Then
        assertThat(store.problem(manifest).orElseThrow()).contains("file has 3 bytes, committed were 7");
    }

    @Test
    void aLostFileIsFound() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        lose(manifest.getDirectory() + "/file");

        // When
        reopen();

        // Then
        assertThat(store.problem(manifest).orElseThrow()).contains("file is missing");
    }

    @Test
    void aLostCheckpointIsFound() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        store.remove(manifest.getDirectory());

        // When
        reopen();

        // Then
        assertThat(store.problem(manifest).orElseThrow()).contains("is missing");
        assertThat(stored("anna")).isEmpty();
    }

    @Test
    void aFailedWriteLeavesNothing() throws IOException {
        // When
        assertThatThrownBy(() -> store.write(12, directory -> {
                    Files.writeString(directory.resolve("file"), "half");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        // Then
        assertThat(stored("anna")).isEmpty();
        assertThat(store.problem(write(12, "weights"))).isEmpty();
    }

    @Test
    void whatACrashLeftIsRemovedAndTheRestIsKept() throws IOException {
        // Given
        CheckpointManifest kept = write(12, "weights");
        write(13, "never committed");
        crashWhileWriting("anna");
        CheckpointManifest other;
        try (CheckpointStore berta = open("berta")) {
            other = write(berta, 7, "berta's");
        }
        reopen();

        // When
        store.removeUnfinished();
        store.retain(Set.of(kept.getDirectory()));

        // Then
        assertThat(stored("anna")).containsExactly(kept.getDirectory() + "/empty", kept.getDirectory() + "/file");
        assertThat(store.problem(kept)).isEmpty();
        assertThat(stored("berta")).contains(other.getDirectory() + "/file");
    }

    /** A trainer that was held up between its start and its clean-up knows nothing of what its successor has committed. */
    @Test
    void cleaningUpNeverTouchesWhatCameLater() throws IOException {
        // Given
        CheckpointManifest old = write(12, "old");
        reopen();
        CheckpointManifest successors;
        try (CheckpointStore successor = open("anna")) {
            successors = write(successor, 13, "of the one that took over");
        }

        // When
        store.removeUnfinished();
        store.retain(Set.of(old.getDirectory()));

        // Then
        reopen();
        assertThat(store.problem(successors)).isEmpty();
        assertThat(store.problem(old)).isEmpty();
    }

    @Test
    void aRemovedCheckpointIsGoneAndTheOthersAreNot() throws IOException {
        // Given
        CheckpointManifest gone = write(1, "gone");
        CheckpointManifest stays = write(10, "stays");

        // When
        store.remove(gone.getDirectory());
        store.remove(gone.getDirectory());

        // Then
        assertThat(stored("anna")).allMatch(name -> name.startsWith(stays.getDirectory() + "/"));
        assertThat(store.problem(stays)).isEmpty();
    }

    @Test
    void nothingOutsideTheStudentsOwnIsTouched() {
        assertThatThrownBy(() -> store.remove("berta/7")).hasMessageContaining("not a checkpoint directory of student");
        assertThatThrownBy(() -> store.remove("anna/..")).hasMessageContaining("not a checkpoint directory of student");
        assertThatThrownBy(() -> store.remove("anna")).hasMessageContaining("not a checkpoint directory of student");
        assertThatThrownBy(() -> store.problem(CheckpointManifest.newBuilder()
                        .setDirectory("anna/../berta/7")
                        .build()))
                .hasMessageContaining("not a checkpoint directory of student");
    }

    @Test
    void aFilesNameCannotLeadOutside() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights").toBuilder()
                .addFiles(CheckpointFile.newBuilder().setName("../file"))
                .build();

        // When
        String problem = store.problem(manifest).orElseThrow();

        // Then
        assertThat(problem).isEqualTo("'../file' is not a file name of a checkpoint");
    }

    private void reopen() throws IOException {
        store.close();
        store = open("anna");
    }

    private CheckpointManifest write(long step, String text) throws IOException {
        return write(store, step, text);
    }

    private static CheckpointManifest write(CheckpointStore to, long step, String text) throws IOException {
        CheckpointStore.Written written = to.write(step, directory -> {
            Files.writeString(directory.resolve("file"), text);
            Files.createFile(directory.resolve("empty"));
        });
        return CheckpointManifest.newBuilder()
                .setStep(step)
                .setDirectory(written.directory())
                .addAllFiles(written.files())
                .build();
    }
}
