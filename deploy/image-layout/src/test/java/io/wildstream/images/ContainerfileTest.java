// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for the Containerfiles and scripts of {@code deploy/images}; no container tool is needed. */
class ContainerfileTest {

    private static final Path ROOT = Path.of(System.getProperty("wildstream.root", "../.."))
            .toAbsolutePath()
            .normalize();

    private static final Path IMAGES = ROOT.resolve("deploy/images");

    @ParameterizedTest
    @ValueSource(strings = {"Containerfile", "Containerfile.gpu", "Containerfile.models"})
    void basesArePinnedAndTheUserIsNotRoot(String name) throws IOException {
        // Given
        List<String> lines = lines(name);

        // When
        List<String> bases = matches(lines, "ARG \\w*IMAGE=(.*)").toList();

        // Then
        assertThat(bases)
                .isNotEmpty()
                .allMatch(base -> base.matches("[a-z0-9.]+(/[a-z0-9.-]+)+:[\\w.-]+") && !base.endsWith(":latest"));
        assertThat(matches(lines, "FROM (\\S+).*"))
                .allMatch(from -> from.startsWith("${") || stages(lines).contains(from));
        assertThat(lastOf(lines, "USER ")).isEqualTo("USER 10001:10001");
        assertThat(lines).anyMatch(line -> line.contains("org.opencontainers.image.version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Containerfile", "Containerfile.gpu"})
    void whatIsStartedIsWhatTheLayoutHolds(String name) throws IOException {
        // Given
        List<String> lines = lines(name);

        // When
        String entrypoint = lastOf(lines, "ENTRYPOINT ");

        // Then
        assertThat(entrypoint)
                .isEqualTo("ENTRYPOINT [\"/opt/jre/bin/java\", \"-XX:AOTCache=" + ImageLayout.ROOT
                        + "/cache/startup.aot\", \"@" + ImageLayout.ROOT + "/app/" + ImageLayout.LAUNCH + "\"]");
        assertThat(lines)
                .contains("STOPSIGNAL SIGTERM", "WORKDIR " + ImageLayout.ROOT + "/app")
                .anyMatch(line -> line.contains("--chown=10001:10001") && line.endsWith(ImageKind.DATA))
                .noneMatch(line -> line.startsWith("RUN ") && !line.startsWith("RUN ["));
    }

    @Test
    void versionsOfTorchAreThoseOfTheBuild() throws IOException {
        // Given
        String version = matches(
                        Files.readAllLines(ROOT.resolve("pom.xml")), "\\s*<pytorch.version>(.*)</pytorch.version>")
                .findFirst()
                .orElseThrow();

        // When
        List<String> named = Stream.of("Containerfile", "Containerfile.gpu")
                .flatMap(name -> matches(lines(name), ".*PYTORCH_VERSION=(\\S+).*"))
                .toList();

        // Then
        assertThat(named).hasSize(3).containsOnly(version);
        assertThat(String.join("\n", lines("Containerfile.gpu")))
                .contains("pytorch:" + version + "-cuda12.8", "PYTORCH_FLAVOR=cu128");
    }

    @Test
    void everyImageIsAModuleOfTheBuildAndOfTheScript() throws IOException {
        // Given
        String modules = Files.readString(ROOT.resolve("pom.xml"));
        String script = Files.readString(IMAGES.resolve("build.sh"));

        // When
        List<ImageKind> kinds = Arrays.asList(ImageKind.values());

        // Then
        assertThat(kinds)
                .allSatisfy(kind -> assertThat(modules)
                        .contains("<module>" + (kind.service() ? kind.image() : "tools/cli") + "</module>"));
        assertThat(matches(List.of(script.split("\n")), "all=\\((.*)\\)")
                        .findFirst()
                        .orElseThrow()
                        .split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(kinds.stream().map(ImageKind::image), Stream.of("models"))
                                .toList());
    }

    private static List<String> stages(List<String> lines) {
        return matches(lines, "FROM .* AS (\\w+)").toList();
    }

    private static String lastOf(List<String> lines, String beginning) {
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .reduce((first, second) -> second)
                .orElse("none");
    }

    private static Stream<String> matches(List<String> lines, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return lines.stream()
                .flatMap(line -> compiled.matcher(line).results())
                .map((MatchResult found) -> found.group(1));
    }

    private static List<String> lines(String name) {
        try {
            return Files.readAllLines(IMAGES.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
