// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureLogsTest {

    @TempDir
    Path directory;

    @Test
    void keepsLogsAndLeavesRecordsAndModels() throws IOException {
        // Given
        Path from = directory.resolve("from");
        for (String name : List.of(
                "home/logs/gateway.log",
                "home/logs/gateway.log.1",
                "up.out",
                "run/0/00000000000000000000.log",
                "a.pt")) {
            Path file = from.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }

        // When
        Path to = directory.resolve("to");
        FailureLogs.copy(from, to);

        // Then
        try (var kept = Files.walk(to)) {
            assertThat(kept.filter(Files::isRegularFile)
                            .map(file -> to.relativize(file).toString()))
                    .containsExactlyInAnyOrder("home/logs/gateway.log", "home/logs/gateway.log.1", "up.out");
        }
        assertThat(to.resolve("up.out")).hasContent("up.out");
    }

    @Test
    void doesNothingWithoutADirectory() throws IOException {
        FailureLogs.copy(directory.resolve("absent"), directory.resolve("to"));

        assertThat(directory.resolve("to")).doesNotExist();
    }
}
