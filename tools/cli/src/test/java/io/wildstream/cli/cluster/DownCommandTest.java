// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownCommandTest {

    @TempDir
    Path directory;

    @Test
    void downIsContentWhenNothingRuns() {
        // Given
        String home = directory.resolve("home").toString();

        // When
        CommandRun run = CommandRun.of("down", "--home", home);

        // Then
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("no cluster runs in " + home);
    }
}
