package io.wildstream.contracts.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real KRaft broker and controller in this JVM, started by the first test that asks and shared by all; it ends with the JVM. Each test uses
 * a topic prefix of its own ({@link #prefix}).
 */
public final class TestBroker {

    private static TestBroker instance;

    private final String bootstrapServers;

    private TestBroker(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** The broker, started when it is not yet. */
    public static synchronized TestBroker get() {
        if (instance == null) {
            // A Quarkus test has a class loader of its own: the property leads it to the broker that is already there.
            String running = System.getProperty("kafka.bootstrap.servers");
            instance = running == null ? start() : new TestBroker(running);
            System.setProperty("kafka.bootstrap.servers", instance.bootstrapServers);
        }
        return instance;
    }

    /** Host and port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Client properties that name the broker. */
    public Map<String, Object> client() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    /** A new admin client; close it. */
    public Admin admin() {
        return Admin.create(client());
    }

    /** A topic prefix that no other test has. */
    public static String prefix(Class<?> test) {
        return test.getSimpleName() + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static TestBroker start() {
        try {
            int port = freePort();
            int controllerPort = freePort();
            Path directory = Files.createTempDirectory("wildstream-test-broker");
            Properties properties = properties(port, controllerPort, directory.resolve("log"));
            Path file = directory.resolve("server.properties");
            try (var out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
            format(file);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory), "stop-test-broker"));
            return new TestBroker("localhost:" + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties properties(int port, int controllerPort, Path log) {
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
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("message.max.bytes", "8388608");
        return properties;
    }

    private static void format(Path file) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String[] arguments = {
            "format", "-c", file.toString(), "-t", Uuid.randomUuid().toString()
        };
        int code = StorageTool.execute(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("storage was not formatted: " + printed.toString(StandardCharsets.UTF_8));
        }
    }

    private static void stop(KafkaRaftServer server, Path directory) {
        server.shutdown();
        server.awaitShutdown();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
