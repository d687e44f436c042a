// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CHANGELOG.md is what its script makes of one file for each change. */
class ChangelogTest {

    @Test
    void thePageIsWhatTheScriptWrites() throws IOException, InterruptedException {
        // Given
        Process script = new ProcessBuilder("bash", "changelog/build.sh", "--print")
                .directory(Repository.ROOT.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        // When
        String written = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(script.waitFor()).isZero();
        assertThat(Repository.text(Path.of("CHANGELOG.md")))
                .as("run changelog/build.sh")
                .isEqualTo(written);
    }

    @Test
    void everyEntryNamesItsKind() {
        // Given
        List<Path> entries = Repository.files("changelog", file -> file.getNameCount() == 3);

        // When
        List<Path> others = entries.stream()
                .filter(file ->
                        !file.getFileName().toString().matches("[a-z0-9-]+\\.(added|changed|fixed|removed)\\.md"))
                .toList();

        // Then
        assertThat(entries).isNotEmpty();
        assertThat(others).isEmpty();
    }
}
