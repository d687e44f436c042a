// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--rate=0|--rate 0.0: must be a number in (0, 1]",
                "--rate=1.5|--rate 1.5: must be a number in (0, 1]",
                "--rate=NaN|--rate NaN: must be a number in (0, 1]",
                "--in-domain-share=1|--in-domain-share 1.0: must be a number in [0, 1)",
                "--steps=0|--steps 0: must be at least 1",
                "--batch=-1|--batch -1: must be at least 1",
                "--learning-rate=0|--learning-rate 0.0: must be in (0, 10]",
                "--replay-ratio=-1|--replay-ratio -1.0: must be at least 0",
                "--rate-limit=0|--rate-limit 0.0: must be above 0",
                "--teacher-images=0|--teacher-images 0: must be at least 1",
                "--teacher-images=some|'some' is neither a number nor 'all'",
                "--time-limit=soon|'soon' is not a duration, for example 90s, 10m or 1h",
                "--curricula=dfnd,dfnd|--curricula [dfnd, dfnd]: must be different names",
                "--curricula=best|--curricula best: must be one of [dfnd, dfnd-global, dfnd-fn, dfnd-top-n, dfnd-two-pass, random]",
                "--no-such-option|Unknown option: '--no-such-option'",
            })
    void refusesAWrongOptionInOneLineThatNamesIt(String option, String message) {
        // Given
        String[] arguments = {"demo", "--home", directory.toString(), option};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines().toList())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("error: ")
                .contains(message);
        assertThat(run.err()).contains("wildstream demo --help");
    }

    @Test
    void saysWhichImageSetIsMissing() {
        // Given
        String missing = directory.resolve("no such set").toString();

        // When
        CommandRun run = CommandRun.of("demo", "--home", directory.toString(), "--data", missing);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualToIgnoringNewLines("error: " + missing + ": does not exist");
    }

    @Test
    void takesTheOptionsOfACluster() {
        // Given
        String[] arguments = {
            "demo",
            "--condenser",
            "--with-prometheus",
            "--seed=7",
            "--port-base=20000",
            "--rate=0.3",
            "--curricula=random"
        };

        // When
        DemoCommand parsed = (DemoCommand) CommandRun.parse(arguments);

        // Then
        WorkloadSettings settings = parsed.settings();
        assertThat(settings.run().condenser()).isTrue();
        assertThat(settings.run().prometheus()).isTrue();
        assertThat(settings.run().portBase()).isEqualTo(20000);
        assertThat(settings.seed()).isEqualTo(7);
        assertThat(settings.rate()).isEqualTo(0.3);
        assertThat(settings.curricula()).containsExactly("random");
    }
}
