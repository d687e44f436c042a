// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The repository that the tests run in, and programs of this machine that look at its files. */
final class Repository {

    /** The repository's root. */
    static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    static final Path RULES = ROOT.resolve("deploy/prometheus/rules/wildstream.rules.yaml");
    static final Path DASHBOARDS = ROOT.resolve("deploy/grafana/dashboards");

    private Repository() {}

    /** What a program came to. */
    record Result(int status, String output) {
        Result mustSucceed() {
            assertThat(status).as(output).isZero();
            return this;
        }
    }

    /** Skips the test, saying so, when a program is not on the path. */
    static void require(String program, String purpose) {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        assumeTrue(found, () -> "skipped: " + program + " is not on the PATH, it is needed to " + purpose);
    }

    /** Files of a directory by the end of their names, in order. */
    static List<Path> files(Path directory, String ending) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program to its end in a directory. */
    static Result run(Path directory, String input, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Result run(Path directory, String... command) {
        return run(directory, "", List.of(command));
    }
}
