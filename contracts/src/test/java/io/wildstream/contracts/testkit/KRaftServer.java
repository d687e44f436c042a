// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** One broker and controller in this JVM, with its directory; closing it deletes that. */
final class KRaftServer implements AutoCloseable {

    private final KafkaRaftServer server;
    private final Path directory;

    private KRaftServer(KafkaRaftServer server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /**
     * Starts a server on a fresh directory.
     *
     * @param more settings beyond those of {@link #settings}
     * @param formatArguments further arguments of Kafka's storage tool, such as {@code --add-scram}
     */
    static KRaftServer start(int port, Properties more, List<String> formatArguments) throws IOException {
        Path directory = Files.createTempDirectory("wildstream-test-broker");
        Properties properties = settings(port, freePort(), directory.resolve("log"));
        more.forEach((key, value) -> properties.merge(
                key,
                value,
                (old, added) ->
                        key.equals("listeners") || key.equals("advertised.listeners") ? old + "," + added : added));
        Path file = directory.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        format(file, formatArguments);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        return new KRaftServer(server, directory);
    }

    private static Properties settings(int port, int controllerPort, Path log) {
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@localhost:" + controllerPort);
        properties.setProperty(
                "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        properties.setProperty("advertised.listeners", "PLAINTEXT://localhost:" + port);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("log.dirs", log.toString());
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("transaction.state.log.num.partitions", "4");
        properties.setProperty("share.coordinator.state.topic.replication.factor", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        // What a test waits for, and what each test JVM pays for at its start.
        properties.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "4");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("message.max.bytes", "8388608");
        return properties;
    }

    private static void format(Path file, List<String> more) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(
                List.of("format", "-c", file.toString(), "-t", Uuid.randomUuid().toString()));
        arguments.addAll(more);
        int code = StorageTool.execute(
                arguments.toArray(String[]::new), new PrintStream(printed, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("storage was not formatted: " + printed.toString(StandardCharsets.UTF_8));
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        server.shutdown();
        server.awaitShutdown();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
