// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A broker of its own in this JVM that speaks TLS with a certificate it has signed itself and asks for a user and password
 * (SCRAM-SHA-512) at one listener, for a certificate at another. A plain listener beside it is for the test's own eyes.
 */
public final class SecureBroker implements AutoCloseable {

    /** The only user that gets in. */
    public static final String USER = "wildstream";
    /** The user's password. */
    public static final String PASSWORD = "spaces and 100 % too";

    private static final String STORE_PASSWORD = "changeit";

    private final KRaftServer server;
    private final int port;
    private final int mutualPort;
    private final int plainPort;
    private final Path certificate;
    private final Path userKey;

    private SecureBroker(KRaftServer server, int port, int mutualPort, int plainPort, Path certificate, Path userKey) {
        this.server = server;
        this.port = port;
        this.mutualPort = mutualPort;
        this.plainPort = plainPort;
        this.certificate = certificate;
        this.userKey = userKey;
    }

    /** Starts it. The directory gets key and certificate. */
    public static SecureBroker start(Path directory) throws IOException, InterruptedException {
        Path store = keyPair(directory, "broker", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
        Path certificate = certificate(directory, store, "broker");
        Path userStore = keyPair(directory, "user", "CN=" + USER);
        Path userCertificate = certificate(directory, userStore, "user");
        Path userKey = privateKey(directory, userStore, userCertificate);
        int port = KRaftServer.freePort();
        int mutualPort = KRaftServer.freePort();
        int plainPort = KRaftServer.freePort();
        Properties more = new Properties();
        String listeners = "SASL_SSL://localhost:" + port + ",SSL://localhost:" + mutualPort;
        more.setProperty("listeners", listeners);
        more.setProperty("advertised.listeners", listeners);
        more.setProperty(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL");
        more.setProperty("listener.name.ssl.ssl.client.auth", "required");
        more.setProperty("ssl.truststore.type", "PEM");
        more.setProperty("ssl.truststore.location", userCertificate.toString());
        more.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        more.setProperty(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        more.setProperty("ssl.keystore.type", "PKCS12");
        more.setProperty("ssl.keystore.location", store.toString());
        more.setProperty("ssl.keystore.password", STORE_PASSWORD);
        KRaftServer server = KRaftServer.start(
                plainPort, more, List.of("--add-scram", "SCRAM-SHA-512=[name=" + USER + ",password=" + PASSWORD + "]"));
        return new SecureBroker(server, port, mutualPort, plainPort, certificate, userKey);
    }

    /** Client settings for the listener that asks for a user and password. */
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

    /** Client settings for the listener that asks for a certificate. */
    public Map<String, Object> certifiedClient() {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", "localhost:" + mutualPort);
        client.put("security.protocol", "SSL");
        client.put("ssl.truststore.type", "PEM");
        client.put("ssl.truststore.location", certificate.toString());
        client.put("ssl.keystore.type", "PEM");
        client.put("ssl.keystore.location", userKey.toString());
        return client;
    }

    /** Host and port of the plain listener. */
    public String plainBootstrapServers() {
        return "localhost:" + plainPort;
    }

    private static Path keyPair(Path directory, String alias, String name, String... more)
            throws IOException, InterruptedException {
        Path store = directory.resolve(alias + ".p12");
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-dname", name));
        arguments.addAll(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "2", "-storetype", "PKCS12"));
        arguments.addAll(List.of("-keystore", store.toString(), "-storepass", STORE_PASSWORD));
        arguments.addAll(List.of(more));
        keytool(arguments);
        return store;
    }

    private static Path certificate(Path directory, Path store, String alias) throws IOException, InterruptedException {
        Path certificate = directory.resolve(alias + "-certificate.pem");
        List<String> arguments = new ArrayList<>(List.of("-exportcert", "-rfc", "-alias", alias));
        arguments.addAll(List.of("-keystore", store.toString(), "-storepass", STORE_PASSWORD));
        arguments.addAll(List.of("-file", certificate.toString()));
        keytool(arguments);
        return certificate;
    }

    /** A PEM file of the user's key and certificate, as Kafka's clients read it. */
    private static Path privateKey(Path directory, Path store, Path certificate) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
            byte[] key = keys.getKey("user", STORE_PASSWORD.toCharArray()).getEncoded();
            String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
            return Files.writeString(
                    directory.resolve("user.pem"),
                    "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n"
                            + Files.readString(certificate));
        } catch (GeneralSecurityException e) {
            throw new IOException("the user's key cannot be read from " + store, e);
        }
    }

    private static void keytool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
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
