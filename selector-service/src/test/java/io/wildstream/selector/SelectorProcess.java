// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.selector.app.TestSettings;
import io.wildstream.selector.metrics.SelectorMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A selector in a JVM of its own, so that it can be killed like a process that loses its power. */
public final class SelectorProcess {

    private final Process process;

    private SelectorProcess(Process process) {
        this.process = process;
    }

    /** Starts a process on the test's class path. */
    static SelectorProcess start(Topics topics, Path state, String instance) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                SelectorProcess.class.getName(),
                TestBroker.get().bootstrapServers(),
                topics.prefix(),
                state.toString(),
                instance);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return new SelectorProcess(builder.start());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended by itself with code " + process.exitValue());
        }
        process.destroyForcibly().waitFor();
    }

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Selector selector = new Selector(
                Map.of("bootstrap.servers", arguments[0]),
                TestSettings.selector(new Topics(arguments[1]), arguments[3], 2, Path.of(arguments[2])),
                new SelectorMetrics(new SimpleMeterRegistry()));
        Thread.currentThread().join();
        selector.close();
    }
}
