// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {

    @TempDir
    Path directory;

    @Test
    void refusesASecondCluster() {
        // Given
        Home home = new Home(directory.resolve("home with spaces"));
        try (Home.Lock lock = home.lock()) {

            // When // Then
            assertThat(home.isLocked()).isTrue();
            assertThatThrownBy(home::lock)
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("another cluster runs in")
                    .hasMessageContaining("wildstream down");
        }
    }

    @Test
    void isFreeAgainAfterwards() {
        // Given
        Home home = new Home(directory.resolve("home"));
        home.lock().close();

        // When
        boolean locked = home.isLocked();

        // Then
        assertThat(locked).isFalse();
        home.lock().close();
    }

    @Test
    void isNotLockedBeforeItExists() {
        // Given
        Home home = new Home(directory.resolve("absent"));

        // When
        boolean locked = home.isLocked();

        // Then
        assertThat(locked).isFalse();
        assertThat(home.directory()).doesNotExist();
    }

    @Test
    void saysWhenTheDirectoryCannotBeMade() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "no directory");

        // When // Then
        assertThatThrownBy(() -> new Home(file.resolve("home")).lock())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void deletesADirectoryWithAllThatIsInIt() throws IOException {
        // Given
        Path run = directory.resolve("run");
        Files.createDirectories(run.resolve("a/b"));
        Files.writeString(run.resolve("a/b/c"), "x");

        // When
        Home.delete(run);

        // Then
        assertThat(run).doesNotExist();
    }
}
