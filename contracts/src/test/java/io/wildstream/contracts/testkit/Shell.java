// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs commands of a page in a directory, as somebody who reads it does.
 *
 * @param directory in which they run; what they print is kept there
 */
public record Shell(Path directory) {

    /** Skips the test, and says why, where a program is not installed. */
    public static void needs(String program) {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assumeTrue(there, program + " is not installed: what the page does with it is not run");
    }

    /** What commands print; they end with status 0. */
    public String run(String commands) throws IOException, InterruptedException {
        return run(commands, Map.of());
    }

    /** As {@link #run(String)}, with variables of the environment. */
    public String run(String commands, Map<String, String> environment) throws IOException, InterruptedException {
        needs("bash");
        Path printed = Files.createTempFile(directory, "printed", ".txt");
        Path problems = Files.createTempFile(directory, "problems", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", commands)
                .directory(directory.toFile())
                .redirectOutput(printed.toFile())
                .redirectError(problems.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String output = Files.readString(printed);
        assertThat(ended && process.exitValue() == 0)
                .as("%s%n%s%s", commands, output, Files.readString(problems))
                .isTrue();
        return output;
    }
}
