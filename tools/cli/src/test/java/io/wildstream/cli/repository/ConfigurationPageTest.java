// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} has a row for each key of each {@code *Config} interface, with its default and its Javadoc. */
@Tag("slow")
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("docs/configuration.md");

    @Test
    void hasARowForEachKeyAsItsInterfaceDescribesIt() throws IOException {
        // Given
        List<Path> interfaces = Repository.files(
                "",
                file -> file.toString().endsWith("Config.java")
                        && file.toString().contains("src/main"));

        // When
        List<String> rows = new ArrayList<>();
        for (Path file : interfaces) {
            rows.addAll(ConfigurationKeys.of(file).stream()
                    .map(ConfigurationKeys.Key::row)
                    .toList());
        }

        // Then
        assertThat(interfaces).hasSizeGreaterThanOrEqualTo(5);
        assertThat(Repository.text(PAGE).lines().filter(line -> line.startsWith("| `wildstream.")))
                .as("the rows of %s; they should be:%n%s%n", PAGE, String.join("\n", rows))
                .containsExactlyInAnyOrderElementsOf(rows);
    }
}
