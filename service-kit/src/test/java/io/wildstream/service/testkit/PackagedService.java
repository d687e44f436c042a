// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service as it is shipped, in a process and a directory of its own, which is expected to end by itself. */
public final class PackagedService {

    private static final long PATIENCE_SECONDS = 300;

    private final Path directory;
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    /**
     * How it ended.
     *
     * @param output standard output and error
     */
    public record Ended(int status, String output) {}

    /** The service of this module, to be started in a directory. */
    public PackagedService(Path directory) {
        this.directory = directory;
        properties.put("quarkus.http.port", "0");
        properties.put("kafka.bootstrap.servers", "127.0.0.1:1");
    }

    /** Sets a key as a system property. */
    public PackagedService property(String key, String value) {
        properties.put(key, value);
        return this;
    }

    /** Sets a variable of the environment. */
    public PackagedService variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Writes a line of {@code config/application.properties}. */
    public PackagedService file(String key, String value) throws IOException {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("application.properties"), key + "=" + value + "\n");
        return this;
    }

    /** Starts it, and holds its end against what must be: the message without a stack below it, and status 1. */
    public void isRefused(String message) throws IOException, InterruptedException {
        Ended ended = run();
        assertThat(ended.output()).contains(message).doesNotContain("\n\tat ");
        assertThat(ended.status()).isEqualTo(1);
    }

    /** Starts it and waits for its end. */
    public Ended run() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Path.of("target", "quarkus-app", "quarkus-run.jar")
                .toAbsolutePath()
                .toString());
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(directory.toFile()).redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new Ended(ended ? process.exitValue() : -1, Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }
}
