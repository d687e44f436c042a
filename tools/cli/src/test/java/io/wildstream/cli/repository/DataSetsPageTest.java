// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/data-sets.md} says where each image set comes from that a command of a page names. */
class DataSetsPageTest {

    private static final Path PAGE = Path.of("docs/data-sets.md");
    private static final Pattern NAMED = Pattern.compile("--(?:data|wild)[ =]([a-z0-9,-]+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|.*https?://");

    @Test
    void hasARowForEachSetThatACommandNames() {
        // Given
        Stream<Path> pages = Stream.concat(
                Repository.files("docs", file -> file.toString().endsWith(".md")).stream(),
                Stream.of(Path.of("README.md")));

        // When
        Set<String> named = pages.flatMap(
                        page -> NAMED.matcher(Repository.text(page)).results())
                .flatMap(found -> Stream.of(found.group(1).split(",")))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        Set<String> rows = ROW.matcher(Repository.text(PAGE))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(named).contains("fashion-mnist", "mnist").isSubsetOf(rows);
    }
}
