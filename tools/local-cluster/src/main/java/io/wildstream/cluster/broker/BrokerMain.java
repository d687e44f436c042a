// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.broker;

import io.wildstream.cluster.files.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one KRaft broker and controller until the process is stopped. Its directory is formatted when it is new and used as it is
 * otherwise. It survives {@code kill -9}, not the loss of the machine: nothing is replicated.
 */
public final class BrokerMain {

    static {
        // Before the first logger is made; an option of the command line wins.
        logging("defaultLogLevel", "warn");
        logging("log.io.wildstream", "info");
        // It warns that it begins with an empty directory.
        logging("log.org.apache.kafka.controller.QuorumController", "error");
        logging("showDateTime", "true");
        logging("dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerMain.class);

    private static final int PORT = 9092;

    private BrokerMain() {}

    /**
     * Arguments: data directory; port for clients and port of the controller, 9092 and 9093 by default; the host name by which clients of
     * other machines and the broker itself find it, without which it listens on loopback only.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1 && arguments.length != 3 && arguments.length != 4) {
            LOGGER.error("arguments: DIRECTORY [PORT CONTROLLER-PORT [HOST]], got {}", List.of(arguments));
            System.exit(2);
        }
        Path directory = Path.of(arguments[0]);
        int port = arguments.length == 1 ? PORT : Integer.parseInt(arguments[1]);
        int controllerPort = arguments.length == 1 ? PORT + 1 : Integer.parseInt(arguments[2]);
        @Nullable String host = arguments.length == 4 ? arguments[3] : null;
        Properties properties = BrokerProperties.of(directory.resolve("log"), port, controllerPort, host);
        format(directory, properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop-broker"));
        server.startup();
        LOGGER.info("broker ready port={} directory={}", port, directory);
        server.awaitShutdown();
    }

    private static void logging(String key, String value) {
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger." + key, value);
    }

    private static void format(Path directory, Properties properties) throws IOException {
        // Whoever could read the segments could read every sample.
        PrivateFiles.directory(directory);
        Path file = directory.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        if (Files.exists(directory.resolve("log").resolve("meta.properties"))) {
            return;
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String[] arguments = {
            "format", "-c", file.toString(), "-t", Uuid.randomUuid().toString()
        };
        int code = StorageTool.execute(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IOException(
                    "the broker's directory was not formatted: " + printed.toString(StandardCharsets.UTF_8));
        }
    }
}
