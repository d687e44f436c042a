// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.wildstream.cli.session.JsonOption;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsIntoEightyColumnsAndCutsNoSentence(CommandLine command) {
        // When
        String help = command.getUsageMessage();

        // Then
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(command.getCommandSpec().usageMessage().description())
                .as("the list of commands shows the first part")
                .allSatisfy(part -> assertThat(part).endsWith("."));
    }

    /** A flag is off without it; everything else says what it is then. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionNamesItsDefault(CommandLine command) {
        assertThat(command.getCommandSpec().options().stream()
                        .filter(option -> option.arity().max() > 0 && !option.required()))
                .allSatisfy(option ->
                        assertThat(String.join(" ", option.description())).contains("default"));
    }

    @Test
    void optionsStandInGroups() {
        // When
        CommandRun run = CommandRun.of("up", "--help");

        // Then
        assertThat(run.out().lines().filter(line -> line.matches("[A-Z][a-z ]+:")))
                .containsExactly(
                        "Options:",
                        "Images:",
                        "Teacher:",
                        "Students:",
                        "Selection:",
                        "Run:",
                        "Cluster:",
                        "General options:");
    }

    /** With the same text: a result on standard output in place of the text, or in a file beside it. */
    @ParameterizedTest
    @MethodSource("commands")
    void jsonMeansTheSameEverywhere(CommandLine command) {
        OptionSpec json = command.getCommandSpec().findOption("--json");
        assumeThat(json).isNotNull();
        assertThat(json.userObject())
                .isInstanceOfSatisfying(
                        Field.class,
                        field -> assertThat(field.getDeclaringClass()).isEqualTo(JsonOption.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --data=ABSENT",
                "demo --wild=ABSENT",
                "demo --report=FILE",
                "demo --home=FILE",
                "demo --steps=many",
                "demo --batch=0",
                "demo --start-timeout=soon",
                "up --start-timeout=0s",
                "chaos --json=FILE/x.json",
                "chaos --json=.",
                "condense --data=ABSENT",
                "why dfnd --samples=FILE/x",
                "status --json=FILE/x.json"
            })
    void aBadPathAndABadNumberHaveOneExitStatus(String line) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "");
        String home = line.contains("--home") ? "" : " --home=" + directory.resolve("home");
        String arguments =
                line.replace("ABSENT", directory.resolve("absent").toString()).replace("FILE", file.toString());

        // When
        CommandRun run = CommandRun.of((arguments + home).split(" "));

        // Then
        assertThat(run.err()).startsWith("error: ");
        assertThat(run.status()).as(run.err()).isEqualTo(2);
    }

    static Stream<CommandLine> commands() {
        return commands(Wildstream.commandLine());
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(WildstreamTest::commands));
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
