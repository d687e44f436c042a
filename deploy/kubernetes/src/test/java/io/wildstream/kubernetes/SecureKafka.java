// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;

/**
 * What Strimzi makes of the rendered {@code Kafka}, {@code KafkaTopic}s and {@code KafkaUser}s, in one broker: TLS, SCRAM-SHA-512, the
 * authorizer of KRaft, the topics and the rights. Only the numbers of replicas differ.
 */
final class SecureKafka implements AutoCloseable {

    private static final String PASSWORD = "not-a-secret-test-only";

    private final KafkaRaftServer server;
    private final int plainPort = freePort();
    private final int tlsPort = freePort();
    private final Path directory;

    SecureKafka(Path directory, ClusterManifests cluster) throws Exception {
        this.directory = directory;
        certificate();
        Properties properties = properties();
        Path file = directory.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        var printed = new ByteArrayOutputStream();
        String[] format = {
            "format", "-c", file.toString(), "-t", Uuid.randomUuid().toString()
        };
        if (StorageTool.execute(format, new PrintStream(printed, true, StandardCharsets.UTF_8)) != 0) {
            throw new IOException(printed.toString(StandardCharsets.UTF_8));
        }
        server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + plainPort))) {
            admin.createTopics(cluster.all("KafkaTopic").map(SecureKafka::topic).toList())
                    .all()
                    .get();
            for (Manifest user : cluster.all("KafkaUser").toList()) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                user.name(), new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                        .all()
                        .get();
                admin.createAcls(rights(user)).all().get();
            }
        }
    }

    /** Where clients connect. */
    String bootstrapServers() {
        return "localhost:" + tlsPort;
    }

    /** The directory of {@code ca.crt}, as Strimzi's secret holds it. */
    Path authority() {
        return directory;
    }

    /** What Strimzi writes into a user's secret as {@code sasl.jaas.config}. */
    static String login(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + PASSWORD + "\";";
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private void certificate() throws IOException, InterruptedException {
        String store = directory.resolve("broker.p12").toString();
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store,
                "-storepass",
                PASSWORD);
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-file",
                directory.resolve("ca.crt").toString());
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    private Properties properties() throws IOException {
        int controllerPort = freePort();
        Properties all = new Properties();
        Map.ofEntries(
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry("node.id", "1"),
                        Map.entry("controller.quorum.voters", "1@localhost:" + controllerPort),
                        Map.entry(
                                "listeners",
                                "PLAINTEXT://localhost:" + plainPort + ",SASL_SSL://localhost:" + tlsPort
                                        + ",CONTROLLER://localhost:" + controllerPort),
                        Map.entry(
                                "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"),
                        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                        Map.entry("controller.listener.names", "CONTROLLER"),
                        Map.entry("log.dirs", directory.resolve("log").toString()),
                        Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:ANONYMOUS"),
                        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                        Map.entry(
                                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry(
                                "ssl.keystore.location",
                                directory.resolve("broker.p12").toString()),
                        Map.entry("ssl.keystore.password", PASSWORD),
                        Map.entry("ssl.key.password", PASSWORD),
                        Map.entry("offsets.topic.replication.factor", "1"),
                        Map.entry("offsets.topic.num.partitions", "2"),
                        Map.entry("transaction.state.log.replication.factor", "1"),
                        Map.entry("transaction.state.log.min.isr", "1"),
                        Map.entry("transaction.state.log.num.partitions", "2"),
                        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                        Map.entry("share.coordinator.state.topic.min.isr", "1"),
                        Map.entry("group.initial.rebalance.delay.ms", "0"),
                        Map.entry("auto.create.topics.enable", "false"),
                        Map.entry("message.max.bytes", "8388608"),
                        Map.entry("log.index.size.max.bytes", "1048576"))
                .forEach(all::setProperty);
        return all;
    }

    private static NewTopic topic(Manifest topic) {
        Map<String, String> config = new TreeMap<>(Manifest.strings(topic.at("/spec/config")));
        config.put("min.insync.replicas", "1");
        return new NewTopic(
                        topic.name(), Optional.of(topic.at("/spec/partitions").asInt()), Optional.empty())
                .configs(config);
    }

    private static List<AclBinding> rights(Manifest user) {
        List<AclBinding> all = new ArrayList<>();
        for (JsonNode acl : user.at("/spec/authorization/acls")) {
            JsonNode on = acl.path("resource");
            var pattern = new ResourcePattern(
                    ResourceType.fromString(on.path("type")
                            .asText()
                            .replace("transactionalId", "TRANSACTIONAL_ID")
                            .toUpperCase(Locale.ROOT)),
                    on.path("name").asText(),
                    on.path("patternType").asText().equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL);
            acl.path("operations")
                    .forEach(operation -> all.add(new AclBinding(
                            pattern,
                            new AccessControlEntry(
                                    "User:" + user.name(),
                                    "*",
                                    AclOperation.fromString(operation.asText().toUpperCase(Locale.ROOT)),
                                    AclPermissionType.ALLOW))));
        }
        return all;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
