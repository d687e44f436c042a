// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference.testkit;

import io.wildstream.contracts.testkit.Waits;
import io.wildstream.reference.S3Endpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** A real S3-compatible server (Adobe S3Mock) in a process of its own, which ends with the test. */
public final class S3Server implements AutoCloseable {

    /** A bucket that exists. */
    public static final String BUCKET = "checkpoints";

    private static final Pattern PORT = Pattern.compile("(\\d+) \\(http\\)");

    private final Process process;
    private final Path directory;
    private final URI endpoint;
    private final S3Client client;

    /** Starts a server. */
    public S3Server() throws IOException {
        Path archive = Path.of(System.getProperty("test.s3", "target/s3/s3mock.jar"));
        if (!Files.exists(archive)) {
            throw new IllegalStateException(archive + " is not there: ./mvnw process-test-resources fetches it");
        }
        this.directory = Files.createTempDirectory("s3-server");
        Path log = directory.resolve("log");
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dhttp.port=0",
                        "-Dserver.port=0",
                        "-jar",
                        archive.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            this.endpoint = URI.create("http://localhost:" + awaitPort(log));
            this.client = patientClient(endpoint);
            makeBucket();
        } catch (RuntimeException e) {
            process.destroy();
            throw e;
        }
    }

    /** The first answer of a server that has just started takes more than the 30 seconds of the default on a busy machine. */
    private static S3Client patientClient(URI endpoint) {
        return S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Waits.PATIENT)
                        .socketTimeout(Waits.PATIENT))
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .forcePathStyle(true)
                .build();
    }

    private void makeBucket() {
        try {
            client.createBucket(create -> create.bucket(BUCKET));
        } catch (BucketAlreadyOwnedByYouException e) {
            // Nobody else knows this server: the client has repeated a request whose answer was lost.
        }
    }

    private int awaitPort(Path log) {
        return Awaitility.await()
                .atMost(Waits.PATIENT)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> {
                            String text = Files.readString(log, StandardCharsets.UTF_8);
                            if (!process.isAlive()) {
                                throw new IllegalStateException(text);
                            }
                            Matcher matcher = PORT.matcher(text.substring(Math.max(0, text.indexOf("Tomcat started"))));
                            return text.contains("Tomcat started") && matcher.find()
                                    ? Integer.parseInt(matcher.group(1))
                                    : 0;
                        },
                        port -> port > 0);
    }

    /** URL of the server. */
    public URI endpoint() {
        return endpoint;
    }

    /** A client that may do everything. */
    public S3Client client() {
        return client;
    }

    /** All keys in the bucket that begin so. */
    public List<String> keys(String prefix) {
        return client.listObjectsV2Paginator(list -> list.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    /** How the server is reached by services. */
    public S3Endpoint reached() {
        return new S3Endpoint(endpoint, null, new S3Endpoint.Credentials("key", "secret"), true);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        if (client != null) {
            client.close();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
