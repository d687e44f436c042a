// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Services refuse keys that they do not know. So every key that a launcher, a script, a manifest or a page of documentation names exists,
 * and every variable of the environment that one sets is that of a key or one that services leave to the tools.
 */
class NamedKeysTest {

    private static final List<String> PLACES = List.of(
            "README.md",
            "CONTRIBUTING.md",
            "docs",
            "wildstream",
            "deploy",
            "tools",
            "gateway/src/main",
            "contracts/src/main");
    private static final Pattern KEY = Pattern.compile(
            "(?<![\\w./-])wildstream\\.(gateway|teacher|selector|trainer|references)\\.[a-z0-9-]+(\\.[a-z0-9-]+)*");
    private static final Pattern VARIABLE = Pattern.compile("(?<![A-Z_])WILDSTREAM_[A-Z0-9_]+");
    /** The example of a key that a service refuses. */
    private static final String MISSPELT = "wildstream.teacher.btach-size";

    private static final Path KNOWN_KEYS = Path.of("service-kit/src/main/java/io/wildstream/service/KnownKeys.java");

    @Test
    void everyKeyThatIsNamedExists() {
        // Given
        Set<String> known = keys();

        // When
        Map<String, String> named = named(KEY);

        // Then
        assertThat(named).hasSizeGreaterThan(20);
        named.remove(MISSPELT);
        assertThat(named.keySet())
                .as("keys and the files that name them: %s", named)
                .allMatch(key -> known.contains(key) || known.stream().anyMatch(other -> other.startsWith(key + ".")));
    }

    @Test
    void everyVariableThatIsNamedIsOfAKeyOrOfATool() throws IOException {
        // Given
        Set<String> known = new TreeSet<>();
        keys().forEach(key -> known.add(ServiceKeys.inEnvironment(key)));
        VARIABLE.matcher(Files.readString(ClusterManifests.REPOSITORY.resolve(KNOWN_KEYS)))
                .results()
                .forEach(tool -> known.add(tool.group()));

        // When
        Map<String, String> named = named(VARIABLE);

        // Then
        assertThat(named).containsKeys("WILDSTREAM_TOKEN", "WILDSTREAM_INSTANCE");
        assertThat(named.keySet())
                .as("variables and the files that name them: %s", named)
                .isSubsetOf(known);
    }

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        ServiceKeys.MODULES
                .keySet()
                .forEach(role -> keys.addAll(ServiceKeys.of(role).keys().keySet()));
        return keys;
    }

    /** What matches, and a file where it stands. */
    private static Map<String, String> named(Pattern pattern) {
        Map<String, String> named = new TreeMap<>();
        for (String place : PLACES) {
            try (Stream<Path> files = Files.walk(ClusterManifests.REPOSITORY.resolve(place))) {
                files.filter(NamedKeysTest::isText)
                        .forEach(file -> pattern.matcher(read(file))
                                .results()
                                .map(MatchResult::group)
                                .forEach(name -> named.putIfAbsent(name, file.toString())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return named;
    }

    private static boolean isText(Path file) {
        String path = file.toString();
        boolean ours = !path.contains("/target/") && !path.contains("/src/test/") && Files.isRegularFile(file);
        return ours && path.matches(".*(\\.(java|md|sh|ya?ml|properties)|/wildstream|/Containerfile[^/]*)");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
