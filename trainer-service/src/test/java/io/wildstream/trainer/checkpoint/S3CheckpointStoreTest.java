// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.reference.S3Endpoint;
import io.wildstream.reference.testkit.S3Server;
import io.wildstream.trainer.config.S3Location;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** The contract on a real S3-compatible server, and what only such a store does. */
@Tag("slow")
class S3CheckpointStoreTest extends CheckpointStoreContract {

    private static S3Server server;

    private final String prefix = "test/" + UUID.randomUUID();

    @TempDir
    Path temporary;

    @BeforeAll
    static void start() throws IOException {
        server = new S3Server();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    CheckpointStore open(String student) throws IOException {
        return new S3CheckpointStore(location(prefix, null), student);
    }

    private static S3Location location(String prefix, Path cache) {
        return new S3Location(S3Server.BUCKET, prefix, server.reached(), cache);
    }

    @Override
    List<String> stored(String student) {
        return server.keys(prefix + "/" + student + "/").stream()
                .map(key -> key.substring(prefix.length() + 1))
                .toList();
    }

    @Override
    void damage(String file, byte[] bytes) {
        server.client()
                .putObject(put -> put.bucket(S3Server.BUCKET).key(prefix + "/" + file), RequestBody.fromBytes(bytes));
    }

    @Override
    void lose(String file) {
        server.client().deleteObject(delete -> delete.bucket(S3Server.BUCKET).key(prefix + "/" + file));
    }

    @Override
    String crashWhileWriting(String student) {
        damage(student + "/99-abc/file", new byte[1]);
        return student + "/99-abc";
    }

    @Test
    void aCacheSparesTheNextFetchAndIsCheckedToo() throws IOException {
        // Given
        S3Location location = location(prefix, temporary.resolve("cache"));
        CheckpointManifest manifest;
        try (CheckpointStore store = new S3CheckpointStore(location, "anna")) {
            manifest = write(store);
        }
        Path cached =
                temporary.resolve("cache").resolve(manifest.getDirectory()).resolve("file");
        assertThat(cached).hasContent("weights");

        // When
        Files.writeString(cached, "weightz");

        // Then
        try (CheckpointStore store = new S3CheckpointStore(location, "anna")) {
            assertThat(store.fetch(manifest).resolve("file")).hasContent("weights");
            lose(manifest.getDirectory() + "/file");
            assertThat(store.fetch(manifest).resolve("file")).hasContent("weights");
            store.retain(java.util.Set.of());
            assertThat(cached).doesNotExist();
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamedWithItsKey() {
        // Given
        S3Location location = new S3Location("absent", "p", server.reached(), null);

        // Then
        assertThatThrownBy(() -> new S3CheckpointStore(location, "anna"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("s3://absent/p: listing p/anna/ failed")
                .hasMessageContaining("make the bucket 'absent' or name another in wildstream.trainer.checkpoints");
    }

    @Test
    void aServerThatIsNotThereIsNoReasonToDoubtACheckpoint() throws IOException {
        // Given
        S3Endpoint nobody = new S3Endpoint(
                URI.create("http://localhost:1"), null, new S3Endpoint.Credentials("key", "secret"), true);
        S3Location location = new S3Location("bucket", "", nobody, null);

        // Then
        assertThatThrownBy(() -> new S3CheckpointStore(location, "anna"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("check wildstream.trainer.s3.endpoint");
    }

    @Test
    void aSecretIsNotPrinted() {
        assertThat(location(prefix, null).toString()).doesNotContain("secret");
    }

    private static CheckpointManifest write(CheckpointStore store) throws IOException {
        CheckpointStore.Written written =
                store.write(1, directory -> Files.writeString(directory.resolve("file"), "weights"));
        return CheckpointManifest.newBuilder()
                .setDirectory(written.directory())
                .addAllFiles(written.files())
                .build();
    }
}
