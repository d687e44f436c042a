// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WildstreamTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "down",
                "status",
                "feed",
                "bench",
                "chaos",
                "replay",
                "soak",
                "condense",
                "checkpoints",
                "rollback",
                "why",
                "dlq",
                "teacher",
                "acceptance"
            })
    void everyCommandHasHelp(String command) {
        // Given
        String[] arguments = {command, "--help"};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: wildstream " + command).contains("--home");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up", "bench", "chaos", "soak"})
    void whatStartsAClusterTakesASeedAndAPort(String command) {
        // Given
        String[] arguments = {command, "--help"};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.out()).contains("--seed=N", "--port-base=PORT");
    }

    @Test
    void saysThatNoClusterRuns() {
        // Given
        String home = directory.resolve("home").toString();

        // When
        CommandRun run = CommandRun.of("status", "--home", home);

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no cluster runs in " + home).contains("wildstream up");
        assertThat(Path.of(home)).doesNotExist();
    }

    @Test
    void showsTheCauseWhenAskedTo() {
        // Given
        String missing = directory.resolve("absent").toString();

        // When
        CommandRun run = CommandRun.of("demo", "--verbose", "--home", directory.toString(), "--data", missing);

        // Then
        assertThat(run.err()).contains("\tat io.wildstream.");
    }
}
