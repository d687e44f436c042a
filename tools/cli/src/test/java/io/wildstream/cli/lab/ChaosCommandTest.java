// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaosCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--kills=0|--kills 0: must be at least 1",
                "--rate=2|--rate 2.0: must be a number in (0, 1]",
                "--steps=0|--steps 0: must be at least 1",
                "--curricula=best|--curricula best: must be one of [dfnd, dfnd-global, dfnd-fn, dfnd-top-n, dfnd-two-pass, random]",
                "--time-limit=0s|--time-limit PT0S: must be above 0",
            })
    void chaosRefusesAWrongOption(String option, String message) {
        // Given
        String[] arguments = {"chaos", "--home", directory.toString(), option};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: " + message);
    }
}
