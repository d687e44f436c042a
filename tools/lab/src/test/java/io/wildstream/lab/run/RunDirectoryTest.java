// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cluster.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

    @TempDir
    Path directory;

    private Home home = new Home(Path.of("."));

    @BeforeEach
    void makeHome() {
        home = new Home(directory.resolve("home"));
    }

    @Test
    void isDeletedWithTheRun() throws IOException {
        // Given
        RunDirectory run = RunDirectory.create(home, "demo", false);
        Path file = write(run.path().resolve("broker/log"));

        // When
        run.close();
        run.close();

        // Then
        assertThat(file).doesNotExist();
        assertThat(run.path()).doesNotExist();
        assertThat(run.path().getParent()).isEqualTo(home.runs());
    }

    @Test
    void staysWhenItIsToBeKept() throws IOException {
        // Given
        RunDirectory run = RunDirectory.create(home, "demo", true);
        Path file = write(run.path().resolve("broker/log"));

        // When
        run.close();
        RunDirectory.create(home, "demo", false).close();

        // Then
        assertThat(file).exists();
        assertThat(run.path().getFileName().toString()).startsWith("kept-demo-");
    }

    @Test
    void removesWhatKilledRunsOfItsNameLeftBehind() throws IOException {
        // Given
        Path killed = write(home.runs().resolve("soak-1/broker/log"));
        Path other = write(home.runs().resolve("chaos-1/broker/log"));

        // When
        RunDirectory.create(home, "soak", false);

        // Then
        assertThat(killed).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void ofAClusterThatLastsIsNeverDeleted() throws IOException {
        // Given
        RunDirectory run = RunDirectory.permanent(home.cluster());
        Path file = write(run.path().resolve("images.txt"));

        // When
        run.close();

        // Then
        assertThat(file).exists();
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "something");
    }
}
