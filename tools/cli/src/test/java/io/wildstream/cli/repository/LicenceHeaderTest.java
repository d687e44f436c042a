// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the formatter does not look at names its licence too: scripts, protobuf, Python, JavaScript, container files. */
class LicenceHeaderTest {

    private static final String HEADER = "SPDX-License-Identifier: Apache-2.0";

    private static final Set<String> KINDS = Set.of("sh", "py", "proto", "mjs", "ts");

    @Test
    void everySourceFileNamesItsLicence() {
        // Given
        List<Path> sources = Repository.files("", LicenceHeaderTest::isSource);

        // When
        List<Path> without = sources.stream()
                .filter(file -> Repository.text(file).lines().limit(2).noneMatch(line -> line.endsWith(HEADER)))
                .toList();

        // Then
        assertThat(sources).hasSizeGreaterThan(20).contains(Path.of("wildstream"), Path.of(".ci/run"));
        assertThat(without).isEmpty();
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return KINDS.contains(name.substring(name.lastIndexOf('.') + 1))
                || name.startsWith("Containerfile")
                || file.equals(Path.of("wildstream"))
                || file.equals(Path.of(".ci/run"));
    }
}
