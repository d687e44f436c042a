// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands of {@code docs/runbooks.md} are commands that there are. */
class RunbooksTest {

    private static final Pattern COMMAND = Pattern.compile("\\./wildstream ([^\\n`#|]+)");

    @Test
    void everyCommandCanBeGiven() throws IOException {
        // Given
        Path page = Path.of("").toAbsolutePath().getParent().getParent().resolve("docs/runbooks.md");

        // When
        Set<String> commands = new TreeSet<>();
        COMMAND.matcher(Files.readString(page)).results().forEach(found -> commands.add(found.group(1)));

        // Then
        assertThat(commands).hasSizeGreaterThan(8);
        for (String command : commands) {
            String[] arguments = command.replaceAll(" && \\./wildstream.*", "")
                    .replace("STUDENT", "dfnd")
                    .replace("MODEL", "teacher")
                    .replaceAll("OFFSET|\\bN\\b", "7")
                    .replace("A-B", "3-7")
                    .replace("STAGE", "teacher")
                    .strip()
                    .split("\\s+");
            assertThatCode(() -> Wildstream.commandLine().parseArgs(arguments))
                    .as(command)
                    .doesNotThrowAnyException();
        }
    }
}
