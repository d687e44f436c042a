// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;

/**
 * A real KRaft broker and controller in this JVM, started by the first test that asks and shared by all; it ends with the JVM. Each test uses
 * a topic prefix of its own ({@link #prefix}).
 */
public final class TestBroker {

    static {
        Waits.setDefault(); // also in the class loader of a Quarkus test
    }

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
        if ("none".equals(System.getProperty("wildstream.test.broker"))) {
            throw new IllegalStateException("unit tests have no broker: annotate the test class with @UsesBroker");
        }
        try {
            int port = KRaftServer.freePort();
            KRaftServer server = KRaftServer.start(port, new Properties(), List.of());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-test-broker"));
            return new TestBroker("localhost:" + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(KRaftServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
