// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import static org.assertj.core.api.Assertions.assertThat;

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
