// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The project's version stands in one POM; what must repeat it, manifests and guides, says the same. */
class VersionTest {

    private static final Pattern PROJECT = Pattern.compile("(?m)^  <version>([^<]+)</version>");
    private static final Pattern PARENT = Pattern.compile("<parent>[^$]*?<version>([^<]+)</version>");
    private static final Pattern IMAGE = Pattern.compile("wildstream/[a-z-]+:([\\w.]+)");
    private static final Pattern LABEL = Pattern.compile("app\\.kubernetes\\.io/version: (\\S+)");
    private static final Pattern NEW_TAG = Pattern.compile("newTag: ([\\d.]+)");

    private final String version = first(PROJECT, Repository.text(Path.of("pom.xml")));

    @Test
    void everyModuleHasTheVersionOfTheProject() {
        // Given
        TreeMap<String, String> versions = new TreeMap<>();

        // When
        Repository.modules()
                .forEach(module -> versions.put(
                        module, first(PARENT, Repository.text(Path.of(module).resolve("pom.xml")))));

        // Then
        assertThat(versions).hasSizeGreaterThan(10);
        assertThat(Set.copyOf(versions.values())).containsExactly(version);
    }

    @Test
    void manifestsAndGuidesNameTheImagesOfThisVersion() {
        // Given
        String tag = version.replace("-SNAPSHOT", "");
        List<Path> files = Repository.files(
                "",
                file -> file.toString().endsWith(".yaml") && file.startsWith("deploy/kubernetes")
                        || file.startsWith("docs") && file.toString().endsWith(".md"));

        // When
        Set<String> others = new TreeSet<>();
        int found = 0;
        for (Path file : files) {
            for (Pattern pattern : List.of(IMAGE, LABEL, NEW_TAG)) {
                for (String named : all(pattern, Repository.text(file))) {
                    found++;
                    if (!named.equals(tag)) {
                        others.add(file + " names " + named);
                    }
                }
            }
        }

        // Then
        assertThat(found).isGreaterThan(50);
        assertThat(others).as("the version is %s", tag).isEmpty();
    }

    @Test
    void versionsOfDependenciesAreWrittenOnce() {
        // Given
        String root = Repository.text(Path.of("pom.xml"));
        List<String> versions =
                all(Pattern.compile("<(?:kafka|netty|djl|pytorch|quarkus\\.platform)\\.version>([^<]+)<"), root);

        // When
        Set<String> again = new TreeSet<>();
        for (Path pom : Repository.files("", file -> file.endsWith("pom.xml"))) {
            String text = Repository.text(pom);
            for (String number : versions) {
                long count = all(Pattern.compile("<[\\w.]*version[\\w.]*>(" + Pattern.quote(number) + ")<"), text)
                        .size();
                if (count > (pom.equals(Path.of("pom.xml")) ? 1 : 0)) {
                    again.add(pom + " has " + number);
                }
            }
        }

        // Then
        assertThat(versions).hasSize(5);
        assertThat(again).isEmpty();
    }

    private static String first(Pattern pattern, String text) {
        return all(pattern, text).get(0);
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
