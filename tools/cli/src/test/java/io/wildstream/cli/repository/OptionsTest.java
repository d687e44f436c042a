// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Options that messages and pages name are options that there are. */
@Tag("slow")
class OptionsTest {

    private static final Pattern OPTION = Pattern.compile("(?<![-\\w])--[a-z][a-z-]*(?![\\w.])");
    private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern ARGUMENT = Pattern.compile("add_argument\\(\\s*\"(--[a-z-]+)\"");
    private static final Pattern CONTINUED = Pattern.compile("\\\\\n\\s*");
    private static final Pattern WILDSTREAM = Pattern.compile("\\./wildstream ([^\\n`#|;)]+)");
    private static final Pattern EXPORT = Pattern.compile("export\\.py ([^\\n`#|;)]+)");

    /** Options of programs that are not ours: kafka-topics.sh, keytool-like tools, Prometheus, ps. */
    private static final Set<String> OF_OTHER_PROGRAMS = Set.of(
            "--alter", "--topic", "--partitions", "--bootstrap-server", "--enable-feature", "--help", "--version");

    @Test
    void messagesNameOptionsThatThereAre() {
        // Given
        Set<String> known = new TreeSet<>(OF_OTHER_PROGRAMS);
        known.addAll(optionsOf(CommandRun.commandLine()));
        known.addAll(optionsOfExport());

        // When
        List<String> unknown = new ArrayList<>();
        for (Path file : Repository.files("", path -> path.toString().contains("src/main/java"))) {
            LITERAL.matcher(Repository.text(file))
                    .results()
                    .flatMap(literal -> OPTION.matcher(literal.group()).results())
                    .map(MatchResult::group)
                    .filter(option -> !known.contains(option))
                    .forEach(option -> unknown.add(file + ": " + option));
        }

        // Then
        assertThat(unknown).isEmpty();
    }

    @Test
    void commandsOfPagesHaveTheirOptions() {
        // Given
        List<Path> pages =
                Repository.files("", path -> path.toString().endsWith(".md") && !path.startsWith("CHANGELOG.md"));

        // When
        List<String> unknown = new ArrayList<>();
        int commands = 0;
        for (Path page : pages) {
            String text = CONTINUED.matcher(Repository.text(page)).replaceAll(" ");
            List<String> ours = WILDSTREAM
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            commands += ours.size();
            ours.forEach(command -> unknownOptions(command, knownBy(command))
                    .forEach(option -> unknown.add(page + ": ./wildstream " + command + ": " + option)));
            EXPORT.matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .forEach(command -> unknownOptions(command, optionsOfExport())
                            .forEach(option -> unknown.add(page + ": export.py " + command + ": " + option)));
        }

        // Then
        assertThat(commands).isGreaterThan(100);
        assertThat(unknown).isEmpty();
    }

    /** The options of the command, or of the command of a command, that a line begins with. */
    private static Set<String> knownBy(String line) {
        CommandLine command = CommandRun.commandLine();
        for (String word : line.strip().split("\\s+")) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            command = next;
        }
        return options(command);
    }

    private static Stream<String> unknownOptions(String command, Set<String> known) {
        return OPTION.matcher(command).results().map(MatchResult::group).filter(option -> !known.contains(option));
    }

    private static Set<String> optionsOf(CommandLine command) {
        Set<String> all = options(command);
        command.getSubcommands().values().forEach(sub -> all.addAll(optionsOf(sub)));
        return all;
    }

    private static Set<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The first name of each: a former one is understood, but named no more. */
    private static Set<String> optionsOfExport() {
        return ARGUMENT.matcher(Repository.text(Path.of("deploy/models/export.py")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }
}
