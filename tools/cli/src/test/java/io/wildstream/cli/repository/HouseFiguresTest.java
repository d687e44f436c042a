// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Modules, packages and files stay small enough to be seen as a whole. Its output is the figures. */
class HouseFiguresTest {

    private static final double LARGEST_MODULE = 0.25;
    private static final int MOST_CLASSES_OF_A_PACKAGE = 20;
    private static final int MEDIAN_LINES = 75;
    private static final int MOST_LINES = 400;
    private static final double TESTS_BY_MAIN = 0.85;

    private static Map<Path, Long> main;
    private static Map<Path, Long> tests;

    @BeforeAll
    static void count() {
        main = lines("src/main/java");
        tests = lines("src/test/java");
        StringBuilder table = new StringBuilder("module, main lines, test lines%n".formatted());
        for (String module : Repository.modules()) {
            table.append("%s, %d, %d%n".formatted(module, sum(main, module), sum(tests, module)));
        }
        System.out.printf(
                "%smain %d lines in %d files, median %d, longest %d; tests %d lines, %.2f of main%n",
                table,
                total(main),
                main.size(),
                median(),
                main.values().stream().mapToLong(Long::longValue).max().orElse(0),
                total(tests),
                (double) total(tests) / total(main));
    }

    @Test
    void noModuleHoldsMoreThanAQuarterOfTheMainLines() {
        // Given
        Map<String, Double> shares = new TreeMap<>();

        // When
        Repository.modules().forEach(module -> shares.put(module, (double) sum(main, module) / total(main)));

        // Then
        assertThat(shares).allSatisfy((module, share) -> assertThat(share).isLessThanOrEqualTo(LARGEST_MODULE));
    }

    @Test
    void noPackageHoldsMoreThanTwentyClasses() {
        // Given
        Map<Path, Long> classes;

        // When
        classes = main.keySet().stream().collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

        // Then
        assertThat(classes)
                .allSatisfy((directory, count) -> assertThat(count).isLessThanOrEqualTo(MOST_CLASSES_OF_A_PACKAGE));
    }

    @Test
    void filesAreShort() {
        // Given
        Map<Path, Long> files = main;

        // When
        long median = median();

        // Then
        assertThat(median).isLessThanOrEqualTo(MEDIAN_LINES);
        assertThat(files).allSatisfy((file, lines) -> assertThat(lines).isLessThanOrEqualTo(MOST_LINES));
    }

    @Test
    void testsHaveNearlyAsManyLinesAsMain() {
        // Given
        double least = TESTS_BY_MAIN;

        // When
        double share = (double) total(tests) / total(main);

        // Then
        assertThat(share).isGreaterThanOrEqualTo(least);
    }

    private static long median() {
        List<Long> sorted = main.values().stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static long total(Map<Path, Long> lines) {
        return lines.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long sum(Map<Path, Long> lines, String module) {
        return lines.entrySet().stream()
                .filter(file -> file.getKey().startsWith(module))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Map<Path, Long> lines(String folder) {
        Map<Path, Long> lines = new LinkedHashMap<>();
        for (Path file : Repository.files("", path -> path.toString().endsWith(".java"))) {
            if (file.toString().replace('\\', '/').contains(folder) && !file.endsWith("package-info.java")) {
                lines.put(file, Repository.text(file).lines().count());
            }
        }
        return lines;
    }
}
