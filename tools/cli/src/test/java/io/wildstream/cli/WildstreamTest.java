// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.lab.workload.WorkloadSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WildstreamTest {

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

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
        int status = run(arguments);

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).startsWith("Usage: wildstream " + command).contains("--home");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--gateway=8080|--gateway 8080: must be HOST:PORT",
                "--kafka=here|--kafka here: must be HOST:PORT",
                "--samples=0|--samples 0: must be at least 1",
                "--rate=2|--rate 2.0: must be a number in (0, 1]",
                "--rate-limit=0|--rate-limit 0.0: must be above 0",
                "--steps=10|--steps 10: must be at least 100",
            })
    void refusesAWrongOptionOfAnAcceptanceTest(String option, String message) {
        // Given
        String[] arguments = {"acceptance", option};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void anAcceptanceTestSaysWhenNoGatewayAnswers() {
        // Given
        String[] arguments = {"acceptance", "--gateway=127.0.0.1:1"};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("error: the gateway answered UNAVAILABLE");
    }

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
                "--attack-class=1|--attack-class 1: must be left out but for --mode attack",
                "--init=some|Invalid value for option '--init': expected one of [FIXED, RANDOM]",
                "--train-images=0|--train-images 0: must be at least 1",
            })
    void refusesAWrongOptionOfACondensation(String option, String message) {
        // Given
        String[] arguments = {"condense", "--home", directory.toString(), "--data", "images", option};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(message);
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
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("none: does not exist");
    }

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
                "--time-limit=soon|'soon' is no time; write 90s, 10m or 1h",
                "--curricula=dfnd,dfnd|--curricula [dfnd, dfnd]: must be different names",
                "--curricula=best|--curricula best: must be one of [dfnd, dfnd-global, dfnd-fn, dfnd-top-n, dfnd-two-pass, random]",
                "--no-such-option|Unknown option: '--no-such-option'",
            })
    void refusesAWrongOptionInOneLineThatNamesIt(String option, String message) {
        // Given
        String[] arguments = {"demo", "--home", directory.toString(), option};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString().lines().toList())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("error: ")
                .contains(message);
        assertThat(err.toString()).contains("wildstream demo --help");
    }

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
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).startsWith("error: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up", "bench", "chaos", "soak"})
    void whatStartsAClusterTakesASeedAndAPort(String command) {
        // Given
        String[] arguments = {command, "--help"};

        // When
        run(arguments);

        // Then
        assertThat(out.toString()).contains("--seed=N", "--port-base=PORT");
    }

    @Test
    void benchObeysItsSeedAndPort() {
        // Given
        CommandLine commandLine = Wildstream.commandLine();

        // When
        var parsed =
                commandLine.parseArgs("bench", "--seed=7", "--port-base=20000").subcommand();

        // Then
        BenchCommand bench = (BenchCommand) parsed.commandSpec().userObject();
        assertThat(bench.settings().seed()).isEqualTo(7);
        assertThat(bench.settings().run().portBase()).isEqualTo(20000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up"})
    void demoAndUpTakeTheSameCluster(String command) {
        // Given
        CommandLine commandLine = Wildstream.commandLine();
        String[] arguments = {
            command,
            "--condenser",
            "--with-prometheus",
            "--seed=7",
            "--port-base=20000",
            "--rate=0.3",
            "--curricula=random"
        };

        // When
        Object parsed =
                commandLine.parseArgs(arguments).subcommand().commandSpec().userObject();

        // Then
        WorkloadSettings settings = parsed instanceof UpCommand up ? up.settings() : ((DemoCommand) parsed).settings();
        assertThat(settings.run().condenser()).isTrue();
        assertThat(settings.run().prometheus()).isTrue();
        assertThat(settings.run().portBase()).isEqualTo(20000);
        assertThat(settings.seed()).isEqualTo(7);
        assertThat(settings.rate()).isEqualTo(0.3);
        assertThat(settings.curricula()).containsExactly("random");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7-3", "-3", "3-", "1-2-3", "x", "3-7,9-8", "99999999999999999999"})
    void rollbackRefusesARangeThatIsNone(String offsets) {
        // Given
        String[] arguments = {"rollback", "dfnd", "--to-step=1", "--skip-offsets=" + offsets};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("is no range of offsets; write 3-7 or 12");
    }

    @Test
    void rollbackTakesOffsetsOneByOneAndByRange() {
        // Given
        CommandLine commandLine = Wildstream.commandLine();

        // When
        var parsed = commandLine
                .parseArgs("rollback", "dfnd", "--to-step=1", "--skip-offsets=3-7,12")
                .subcommand();

        // Then
        RollbackCommand rollback = (RollbackCommand) parsed.commandSpec().userObject();
        assertThat(rollback.offsets).containsExactly(new Options.Range(3, 7), new Options.Range(12, 12));
    }

    @Test
    void theTeacherIsNotSetWithoutAModel() {
        // Given
        String[] arguments = {"teacher", "set", "--omit-features"};

        // When
        int status = run(arguments);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'MODEL'");
    }

    @Test
    void saysWhichImageSetIsMissing() {
        // Given
        String missing = directory.resolve("no such set").toString();

        // When
        int status = run("demo", "--home", directory.toString(), "--data", missing);

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("error: " + missing + ": does not exist");
    }

    @Test
    void saysThatNoClusterRuns() {
        // Given
        String home = directory.resolve("home").toString();

        // When
        int status = run("status", "--home", home);

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("no cluster runs in " + home).contains("wildstream up");
        assertThat(Path.of(home)).doesNotExist();
    }

    @Test
    void downIsContentWhenNothingRuns() {
        // Given
        String home = directory.resolve("home").toString();

        // When
        int status = run("down", "--home", home);

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).contains("no cluster runs in " + home);
    }

    @Test
    void showsTheCauseWhenAskedTo() {
        // Given
        String missing = directory.resolve("absent").toString();

        // When
        run("demo", "--verbose", "--home", directory.toString(), "--data", missing);

        // Then
        assertThat(err.toString()).contains("\tat io.wildstream.");
    }

    private int run(String... arguments) {
        CommandLine commandLine = Wildstream.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
