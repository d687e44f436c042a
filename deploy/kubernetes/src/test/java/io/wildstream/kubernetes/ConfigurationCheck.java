// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Configuration: every key in a mounted file or in the environment is one that the service has, its value fits, what is required is set,
 * and the declared port is the one that the service listens on.
 */
final class ConfigurationCheck implements Check {

    private static final Set<String> OTHER_VARIABLES =
            Set.of("SMALLRYE_CONFIG_LOCATIONS", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

    /** Keys that a service has and leaves to Quarkus. */
    private static final Set<String> OTHER_KEYS = Set.of("quarkus.otel.exporter.otlp.endpoint");

    private static final Set<String> KAFKA = kafkaKeys();

    /** Keys such as {@code wildstream.partitions}: they stand in a file that all services read, also those that do not have them. */
    private static final Map<String, ServiceKeys.Key> SHARED = shared();

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        for (Manifest workload : cluster.services()) {
            new Settings(cluster, workload, what -> problem.accept(workload.id() + ": " + what)).check();
        }
    }

    /** All properties of the files that a workload mounts where SmallRye looks for them; one with an ordinal wins over the others. */
    static Properties files(ClusterManifests cluster, Manifest workload, Consumer<String> problem) {
        Properties all = new Properties();
        String mounted = workload.containers().stream()
                .flatMap(container -> Manifest.list(container.path("volumeMounts")).stream())
                .filter(mount -> mount.path("mountPath").asText().equals("/etc/wildstream"))
                .map(mount -> mount.path("name").asText())
                .findFirst()
                .orElse("");
        for (JsonNode volume : workload.pod().path("volumes")) {
            if (volume.path("name").asText().equals(mounted)) {
                volume.at("/projected/sources")
                        .forEach(source -> load(cluster, source.path("configMap"), all, problem));
            }
        }
        return all;
    }

    private static void load(ClusterManifests cluster, JsonNode source, Properties all, Consumer<String> problem) {
        cluster.find("ConfigMap", source.path("name").asText())
                .ifPresent(map -> map.at("/data").fields().forEachRemaining(file -> {
                    if (file.getKey().endsWith(".properties")) {
                        Properties read = new Properties();
                        try {
                            read.load(new StringReader(file.getValue().asText()));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        boolean wins = read.remove("config_ordinal") != null;
                        read.forEach((key, value) -> require(
                                all.put(key, value) == null || wins,
                                "the key " + key + " stands in two files",
                                problem));
                    }
                }));
    }

    /** One workload's settings. */
    private record Settings(ClusterManifests cluster, Manifest workload, Consumer<String> problem) {

        void check() {
            String role = ClusterManifests.role(workload);
            ServiceKeys known = ServiceKeys.of(role);
            Properties files = files(cluster, workload, problem);
            files.forEach((key, value) -> file(known, (String) key, (String) value));
            Set<String> variables = variables();
            variables.forEach(name -> variable(known, name));
            files.keySet().stream()
                    .filter(key -> variables.contains(ServiceKeys.inEnvironment((String) key)))
                    .forEach(key -> problem.accept(
                            "the key " + key + " stands in the environment and in a file," + " which wins"));
            known.keys().values().stream()
                    .filter(ServiceKeys.Key::required)
                    .map(ServiceKeys.Key::name)
                    .filter(key -> !files.containsKey(key) && !variables.contains(ServiceKeys.inEnvironment(key)))
                    .forEach(key -> problem.accept("the required key " + key + " is not set"));
            int declared =
                    workload.containers().get(0).at("/ports/0/containerPort").asInt();
            int listens = Integer.parseInt(files.getProperty("quarkus.http.port", Integer.toString(known.port())));
            require(declared == listens, "declares port " + declared + " and listens on " + listens, problem);
            require(variables.contains("KAFKA_BOOTSTRAP_SERVERS"), "does not know where Kafka is", problem);
            boolean door = role.equals("gateway");
            require(
                    !door || files.getProperty("quarkus.http.host", "127.0.0.1").equals("0.0.0.0"),
                    "listens on loopback only",
                    problem);
            require(!door || variables.contains("WILDSTREAM_GATEWAY_TOKEN"), "asks for no token", problem);
        }

        private void file(ServiceKeys known, String key, String value) {
            if (key.startsWith("kafka.")) {
                require(KAFKA.contains(key), "Kafka's clients have no setting " + key, problem);
                return;
            }
            if (!key.startsWith("wildstream.")) {
                require(
                        known.setsItself(key) || OTHER_KEYS.contains(key),
                        "the key " + key + " is not one that the service sets itself",
                        problem);
                return;
            }
            ServiceKeys.Key found = known.keys().getOrDefault(key, SHARED.get(key));
            require(found != null, "there is no key " + key, problem);
            require(
                    found == null || found.accepts(value),
                    key + "=" + value + " is no " + (found == null ? "" : found.type()),
                    problem);
        }

        private Set<String> variables() {
            Set<String> names = new TreeSet<>();
            JsonNode container = workload.containers().get(0);
            container.path("env").forEach(env -> names.add(env.path("name").asText()));
            container
                    .path("envFrom")
                    .forEach(from -> cluster.find(
                                    "ConfigMap", from.at("/configMapRef/name").asText())
                            .ifPresent(map -> names.addAll(
                                    Manifest.strings(map.at("/data")).keySet())));
            return names;
        }

        private void variable(ServiceKeys known, String name) {
            boolean kafka = KAFKA.stream()
                    .anyMatch(key -> ServiceKeys.inEnvironment(key).equals(name));
            String key = known.keys().keySet().stream()
                    .filter(candidate -> ServiceKeys.inEnvironment(candidate).equals(name))
                    .findFirst()
                    .orElse(null);
            require(
                    kafka || key != null || OTHER_VARIABLES.contains(name),
                    "no key is called " + name + " in the environment",
                    problem);
        }
    }

    private static Map<String, ServiceKeys.Key> shared() {
        Map<String, ServiceKeys.Key> all = new TreeMap<>();
        ServiceKeys.MODULES
                .keySet()
                .forEach(role -> ServiceKeys.of(role).keys().forEach((name, key) -> {
                    if (name.matches("wildstream\\.[^.]+")) {
                        all.put(name, key);
                    }
                }));
        return all;
    }

    private static Set<String> kafkaKeys() {
        Set<String> all = new TreeSet<>();
        for (Set<String> names :
                List.of(ConsumerConfig.configNames(), ProducerConfig.configNames(), AdminClientConfig.configNames())) {
            names.forEach(name -> all.add("kafka." + name));
        }
        return all;
    }
}
