// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTokenTest {

    @TempDir
    Path directory;

    @Test
    void isMadeOnceAndReadableByItsOwnerOnly() throws IOException {
        // Given
        Path file = directory.resolve("token");
        String absent = GatewayToken.read(file);

        // When
        String made = GatewayToken.ensure(file);

        // Then
        assertThat(absent).isNull();
        assertThat(made).matches("[0-9a-f]{64}");
        assertThat(GatewayToken.ensure(file)).isEqualTo(made).isEqualTo(GatewayToken.read(file));
        assertThat(rights(file)).isEqualTo("rw-------");
    }

    @Test
    void aFileThatOthersCouldReadIsReadableByItsOwnerOnlyFromNowOn() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("token"), "a token of my own\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        // When
        String token = GatewayToken.ensure(file);

        // Then
        assertThat(token).isEqualTo("a token of my own");
        assertThat(rights(file)).isEqualTo("rw-------");
    }

    @Test
    void aShortOneIsRefused() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("token"), "short");

        // When // Then
        assertThatThrownBy(() -> GatewayToken.ensure(file))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining(file + " is shorter than 16 characters")
                .hasMessageNotContaining("short\n");
    }

    @Test
    void aHomeIsEnteredByItsOwnerOnly() throws IOException {
        // Given
        Home home = new Home(Files.createDirectories(directory.resolve("home")));
        Files.setPosixFilePermissions(home.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));

        // When
        home.lock().close();

        // Then
        assertThat(rights(home.directory())).isEqualTo("rwx------");
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
