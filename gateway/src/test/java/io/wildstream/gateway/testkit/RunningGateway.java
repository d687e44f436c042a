// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway as it is shipped, in a process of its own with a heap of its own, beside the broker of the test. */
public final class RunningGateway implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

    private final Path log;
    private final Process process;
    private final int port;

    /** Starts it and returns when it is ready. */
    public RunningGateway(Path directory, String heap, Map<String, String> keys) throws IOException {
        log = directory.resolve("gateway.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.add("-Dquarkus.http.port=0");
        command.add("-Dkafka.bootstrap.servers=" + TestBroker.get().bootstrapServers());
        command.add("-Dwildstream.topic-prefix=" + TestBroker.prefix(RunningGateway.class));
        keys.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Path.of("target", "quarkus-app", "quarkus-run.jar")
                .toAbsolutePath()
                .toString());
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(directory.toFile())
                .redirectOutput(log.toFile())
                .start();
        port = await().atMost(Waits.PATIENT).until(this::listening, found -> found > 0);
    }

    private int listening() {
        Matcher found = LISTENS.matcher(log());
        if (!found.find()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the gateway ended: " + log());
            }
            return 0;
        }
        return Integer.parseInt(found.group(1));
    }

    public int port() {
        return port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has logged. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
