package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A broker of its own in this JVM that speaks TLS with a certificate it has signed itself and asks for a user and password
 * (SCRAM-SHA-512). A plain listener beside it is for the test's own eyes.
 */
public final class SecureBroker implements AutoCloseable {

    /** The only user that the secure listener lets in. */
    public static final String USER = "wildstream";
    /** The user's password. */
    public static final String PASSWORD = "spaces and 100 % too";

    private static final String STORE_PASSWORD = "changeit";

    private final KRaftServer server;
    private final int port;
    private final int plainPort;
    private final Path certificate;

    private SecureBroker(KRaftServer server, int port, int plainPort, Path certificate) {
        this.server = server;
        this.port = port;
        this.plainPort = plainPort;
        this.certificate = certificate;
    }

    /** Starts it. The directory gets key and certificate. */
    public static SecureBroker start(Path directory) throws IOException, InterruptedException {
        Path store = directory.resolve("broker.p12");
        Path certificate = directory.resolve("broker.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-file",
                certificate.toString());
        int port = KRaftServer.freePort();
        int plainPort = KRaftServer.freePort();
        Properties more = new Properties();
        more.setProperty("listeners", "SASL_SSL://localhost:" + port);
        more.setProperty("advertised.listeners", "SASL_SSL://localhost:" + port);
        more.setProperty(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL");
        more.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        more.setProperty(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        more.setProperty("ssl.keystore.type", "PKCS12");
        more.setProperty("ssl.keystore.location", store.toString());
        more.setProperty("ssl.keystore.password", STORE_PASSWORD);
        KRaftServer server = KRaftServer.start(
                plainPort, more, List.of("--add-scram", "SCRAM-SHA-512=[name=" + USER + ",password=" + PASSWORD + "]"));
        return new SecureBroker(server, port, plainPort, certificate);
    }

    /** Client settings for the secure listener. */
    public Map<String, Object> client(String password) {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", "localhost:" + port);
        client.put("security.protocol", "SASL_SSL");
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + USER + "\" password=\""
                        + password.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
        client.put("ssl.truststore.type", "PEM");
        client.put("ssl.truststore.location", certificate.toString());
        return client;
    }

    /** Host and port of the plain listener. */
    public String plainBootstrapServers() {
        return "localhost:" + plainPort;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Path printed = Files.createTempFile("keytool", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException("keytool failed: " + Files.readString(printed, StandardCharsets.UTF_8));
        }
        Files.delete(printed);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
