// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    private static final int MAX = 1000;

    @TempDir
    Path directory;

    private Path root;
    private ReferenceReader reader;

    @BeforeEach
    void prepare() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        reader = new ReferenceReader(ReferenceSettings.files(List.of(root)));
    }

    private static Reference to(Path file) {
        return Reference.newBuilder().setAddress(file.toUri().toString()).build();
    }

    private Reason refusal(Path file) {
        return catchThrowableOfType(ReferenceException.class, () -> reader.fetch(to(file), MAX))
                .reason();
    }

    @Test
    void readsAFileWhateverItsName() throws Exception {
        // Given
        Path file = Files.writeString(root.resolve("图 %20\n.jpg"), "image");
        Path link = Files.createSymbolicLink(root.resolve("link"), file);

        // When
        Fetched fetched = reader.fetch(to(file), MAX);
        Fetched linked = reader.fetch(to(link), MAX);

        // Then
        assertThat(fetched.bytes().toString(UTF_8)).isEqualTo("image");
        assertThat(fetched.reference().getSizeBytes()).isEqualTo(5);
        assertThat(linked.bytes()).isEqualTo(fetched.bytes());
    }

    @Test
    void doesNotLeaveTheRoot() throws Exception {
        // Given
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Path link = Files.createSymbolicLink(root.resolve("link"), secret);
        Path directoryLink = Files.createSymbolicLink(root.resolve("up"), directory);

        // Then
        assertThat(refusal(secret)).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(link)).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(directoryLink.resolve("secret"))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(root.resolve("..").resolve("secret"))).isEqualTo(Reason.NOT_ALLOWED);
    }

    @Test
    void opensRegularFilesAlone() throws Exception {
        // Given a pipe without a writer, whose opening would wait for ever
        Path pipe = root.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path circle = Files.createSymbolicLink(root.resolve("circle"), root.resolve("circle"));
        Files.writeString(root.resolve("file"), "image");

        // Then
        assertThat(refusal(pipe)).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(root)).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(root.resolve("absent"))).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(root.resolve("file").resolve("below"))).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(root.resolve("x".repeat(300)))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal(circle)).isEqualTo(Reason.NOT_ALLOWED);
    }

    @Test
    void boundsTheBytes() throws Exception {
        Path exact = Files.write(root.resolve("exact"), new byte[MAX]);
        Path larger = Files.write(root.resolve("larger"), new byte[MAX + 1]);

        assertThat(reader.fetch(to(exact), MAX).bytes().size()).isEqualTo(MAX);
        assertThat(refusal(larger)).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void waitsForADirectoryThatIsNotMountedYet() throws Exception {
        // Given
        Path file = Files.writeString(root.resolve("file"), "image");
        Path away = Files.move(root, directory.resolve("away"));
        Backoff.Sleeper mounting = pause -> {
            try {
                Files.move(away, root);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return true;
        };
        Backoff.Pauses pauses = Backoff.Pauses.of(Duration.ofMillis(1), Duration.ofMillis(1));

        // When
        Reason before = refusal(file);
        Fetched after = reader.read(to(file), MAX, new Backoff("fetch", pauses, mounting));

        // Then
        assertThat(before).isEqualTo(Reason.UNAVAILABLE);
        assertThat(after.bytes().toString(UTF_8)).isEqualTo("image");
    }

    @Test
    void givesUpAtOnceWhereAnotherAttemptCanChangeNothing() {
        Backoff never = new Backoff("fetch", Backoff.Pauses.of(Duration.ofMillis(1), Duration.ofMillis(1)), pause -> {
            throw new AssertionError("waited");
        });

        ReferenceException refusal = catchThrowableOfType(
                ReferenceException.class, () -> reader.read(to(root.resolve("absent")), MAX, never));

        assertThat(refusal.reason()).isEqualTo(Reason.NOT_FOUND);
    }
}
