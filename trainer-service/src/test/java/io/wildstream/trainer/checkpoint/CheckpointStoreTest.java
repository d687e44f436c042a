package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

    @TempDir
    Path root;

    private CheckpointStore store;

    @BeforeEach
    void open() throws IOException {
        store = new CheckpointStore(root, "anna");
    }

    @Test
    void aCheckpointIsWhatItsManifestSays() throws IOException {
        // When
        CheckpointManifest manifest = write(12, "weights");

        // Then
        assertThat(manifest.getDirectory()).isEqualTo("anna/12");
        assertThat(manifest.getFilesList())
                .singleElement()
                .satisfies(file -> assertThat(file.getBytes()).isEqualTo(7));
        assertThat(store.problem(manifest)).isEmpty();
        assertThat(Files.readString(store.path(manifest).resolve("file"))).isEqualTo("weights");
    }

    @Test
    void aSecondCheckpointOfAStepLeavesTheFirst() throws IOException {
        // Given
        CheckpointManifest first = write(12, "first");

        // When
        CheckpointManifest second = write(12, "second");

        // Then
        assertThat(second.getDirectory()).isEqualTo("anna/12-2");
        assertThat(store.problem(first)).isEmpty();
        assertThat(store.problem(second)).isEmpty();
    }

    @Test
    void aChangedOrMissingFileIsNamed() throws IOException {
        // Given
        CheckpointManifest manifest = write(12, "weights");
        Path file = store.path(manifest).resolve("file");

        // When
        Files.writeString(file, "weightz");

        // Then
        assertThat(store.problem(manifest).orElseThrow()).contains("file has SHA-256");
        Files.delete(file);
        assertThat(store.problem(manifest).orElseThrow()).contains("file is missing");
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
        assertThat(store.home()).isEmptyDirectory();
    }

    @Test
    void whatACrashLeftIsRemovedAndTheRestIsKept() throws IOException {
        // Given
        CheckpointManifest kept = write(12, "weights");
        write(13, "never committed");
        Files.createDirectories(store.home().resolve(".unfinished-1"));
        Files.writeString(store.home().resolve(".unfinished-1").resolve("file"), "torn");
        Files.createDirectories(root.resolve("berta/7"));

        // When
        store.removeUnfinished();
        store.retain(Set.of(kept.getDirectory()));

        // Then
        assertThat(store.home()).isDirectoryNotContaining("glob:**13");
        assertThat(Files.list(store.home())).hasSize(1);
        assertThat(store.problem(kept)).isEmpty();
        assertThat(root.resolve("berta/7")).exists();
    }

    private CheckpointManifest write(long step, String text) throws IOException {
        CheckpointStore.Written written =
                store.write(step, directory -> Files.writeString(directory.resolve("file"), text));
        return CheckpointManifest.newBuilder()
                .setStep(step)
                .setDirectory(written.directory())
                .addAllFiles(written.files())
                .build();
    }
}
