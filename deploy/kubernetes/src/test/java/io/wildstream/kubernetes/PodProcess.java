// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The first pod of a workload as a process on this machine: the service's jar with the environment and the files that the manifest gives
 * it. Directories of the pod are directories here; ports are free ones.
 */
final class PodProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final Process process;
    private final int port = SecureKafka.freePort();
    private final Path log;

    PodProcess(ClusterManifests cluster, Manifest workload, SecureKafka kafka, String token, Path root)
            throws IOException {
        this.name = workload.name() + "-0";
        Path directory = Files.createDirectories(root.resolve(name));
        this.log = directory.resolve("log");
        Path configuration = configuration(
                cluster,
                workload,
                Map.of(
                        "/models", root.resolve("models").toString(),
                        "/var/lib/wildstream", directory.resolve("data").toString(),
                        "/etc/wildstream-kafka", kafka.authority().toString()),
                directory);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-DDJL_OFFLINE=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-jar",
                jar(workload).toString()));
        Map<String, String> environment = builder.environment();
        for (JsonNode variable : workload.containers().get(0).path("env")) {
            environment.put(variable.path("name").asText(), value(variable, workload, token));
        }
        environment.put("SMALLRYE_CONFIG_LOCATIONS", configuration.toString());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        process = builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The service's runnable jar, whether it was built or not. */
    static Path jar(Manifest workload) {
        return ClusterManifests.REPOSITORY
                .resolve(Objects.requireNonNull(ServiceKeys.MODULES.get(ClusterManifests.role(workload))))
                .resolve("target/quarkus-app/quarkus-run.jar");
    }

    private static Path configuration(
            ClusterManifests cluster, Manifest workload, Map<String, String> directories, Path directory)
            throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("config.d"));
        for (JsonNode source : workload.at("/spec/template/spec/volumes/0/projected/sources")) {
            Manifest map = cluster.find(
                            "ConfigMap", source.at("/configMap/name").asText())
                    .orElseThrow();
            for (Map.Entry<String, String> file :
                    Manifest.strings(map.at("/data")).entrySet()) {
                String text = file.getValue();
                for (Map.Entry<String, String> moved : directories.entrySet()) {
                    text = text.replace("=" + moved.getKey(), "=" + moved.getValue());
                }
                Files.writeString(configuration.resolve(file.getKey()), text);
            }
        }
        return configuration;
    }

    private static String value(JsonNode variable, Manifest workload, String token) {
        JsonNode from = variable.path("valueFrom");
        if (from.has("fieldRef")) {
            return from.at("/fieldRef/fieldPath").asText().equals("metadata.name")
                    ? workload.name() + "-0"
                    : Objects.requireNonNull(workload.podLabels().get("wildstream.io/student"));
        }
        if (from.has("secretKeyRef")) {
            String secret = from.at("/secretKeyRef/name").asText();
            return from.at("/secretKeyRef/key").asText().equals("token") ? token : SecureKafka.login(secret);
        }
        return variable.path("value").asText();
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether the pod's readiness probe would succeed. */
    boolean isReady() {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/health/ready"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** All that it has written. */
    String log() {
        try {
            return name + ":\n" + Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
