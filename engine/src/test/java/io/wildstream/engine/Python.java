// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python with torch, for tests that hold Java against it: that of WILDSTREAM_PYTHON, else python3. */
public final class Python {

    /** What a finished command said. */
    public record Result(int exitCode, String output) {}

    private Python() {}

    /** Skips the running test when there is no Python with torch. */
    public static void assumePresent() {
        boolean present;
        try {
            present = run(Path.of("."), "-c", "import torch").exitCode() == 0;
        } catch (UncheckedIOException e) {
            present = false;
        }
        assumeTrue(present, "skipped: no Python with torch; name one in WILDSTREAM_PYTHON");
    }

    /** Runs Python with these arguments and waits for its end. */
    public static Result run(Path workingDirectory, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getenv().getOrDefault("WILDSTREAM_PYTHON", "python3"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workingDirectory.toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("OMP_NUM_THREADS", "1");
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Python ran", e);
        }
    }
}
