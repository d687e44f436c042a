// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CondenseCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--images-per-class=0|--images-per-class 0: must be at least 1",
                "--steps=0|--steps 0: must be at least 1",
                "--epochs=-1|--epochs -1: must be at least 1",
                "--iterations=0|--iterations 0: must be at least 1",
                "--learning-rate=0|--learning-rate 0.0: must be in (0, 10]",
                "--initial-rate=NaN|--initial-rate NaN: must be in (0, 10]",
                "--max-gradient-growth=0.5|--max-gradient-growth 0.5: must be at least 1",
                "--mode=adapt|--weights []: must be named with --mode adapt and attack",
                "--weights=a|--weights [a]: must be left out with --mode dataset",
                "--attack-class=1|--attack-class 1: must be left out except with --mode attack",
                "--init=some|Invalid value for option '--init': expected one of [FIXED, RANDOM]",
                "--train-images=0|--train-images 0: must be at least 1",
            })
    void refusesAWrongOptionOfACondensation(String option, String message) {
        // Given
        String[] arguments = {"condense", "--home", directory.toString(), "--data", "images", option};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void refusesToCondenseImagesThatAreNotThere() {
        // Given
        String[] arguments = {
            "condense",
            "--home",
            directory.toString(),
            "--data",
            directory.resolve("none").toString()
        };

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("none: does not exist");
    }
}
