// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Whatever is named is there: service accounts, config maps and secrets with their keys, volumes, priority classes. A secret may also be
 * one that Strimzi makes for what is rendered, or one that docs/deploy.md tells the user to make.
 */
final class ReferenceCheck implements Check {

    private static final Pattern MADE =
            Pattern.compile("kubectl create secret generic (\\S+)((?:[^`]|\\n)*?)(?=\\n\\S|```)");
    private static final Pattern KEY = Pattern.compile("--from-(?:literal|file)=([A-Za-z0-9._-]+)=");

    private final Map<String, Set<String>> madeByUser = madeByUser();

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        Map<String, Set<String>> secrets = secrets(cluster);
        Map<String, Set<String>> configs = new TreeMap<>();
        cluster.all("ConfigMap").forEach(map -> configs.put(map.name(), keys(map.at("/data"))));
        for (Manifest object : cluster.objects()) {
            List<Reference> references = new ArrayList<>();
            collect(object.json(), references);
            for (Reference reference : references) {
                Set<String> keys = (reference.secret ? secrets : configs).get(reference.name);
                String what = (reference.secret ? "secret " : "config map ") + reference.name;
                require(keys != null, object.id() + ": " + what + " does not exist", problem);
                require(
                        keys == null || reference.key.isEmpty() || keys.contains(reference.key),
                        object.id() + ": " + what + " has no key " + reference.key,
                        problem);
            }
        }
        cluster.workloads().forEach(workload -> pod(cluster, workload, problem));
        cluster.all("Secret")
                .filter(secret -> !cluster.overlay().matches("dev|two-students"))
                .forEach(secret -> problem.accept(secret.id() + ": a secret stands in the manifests"));
    }

    private record Reference(boolean secret, String name, String key) {}

    private static void collect(JsonNode node, List<Reference> found) {
        node.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "secretKeyRef", "credentials" -> found.add(reference(true, value, "name", "key"));
                case "configMapKeyRef" -> found.add(reference(false, value, "name", "key"));
                case "configMapRef" -> found.add(reference(false, value, "name", ""));
                case "secretTargetRef" -> value.forEach(one -> found.add(reference(true, one, "name", "key")));
                case "configMapTargetRef" -> value.forEach(one -> found.add(reference(false, one, "name", "key")));
                case "configMap" -> volume(false, value, "name", found);
                case "secret" -> volume(true, value, "secretName", found);
                default -> collect(value, found);
            }
        });
        if (node.isArray()) {
            node.forEach(item -> collect(item, found));
        }
    }

    private static Reference reference(boolean secret, JsonNode value, String name, String key) {
        return new Reference(
                secret,
                value.path(name).asText(),
                key.isEmpty() ? "" : value.path(key).asText());
    }

    private static void volume(boolean secret, JsonNode value, String name, List<Reference> found) {
        found.add(reference(secret, value, name, ""));
        value.path("items")
                .forEach(item -> found.add(new Reference(
                        secret, value.path(name).asText(), item.path("key").asText())));
    }

    private static void pod(ClusterManifests cluster, Manifest workload, Consumer<String> problem) {
        JsonNode pod = workload.pod();
        String account = pod.path("serviceAccountName").asText();
        Manifest found = cluster.find("ServiceAccount", account).orElse(null);
        require(found != null, workload.id() + ": service account " + account + " does not exist", problem);
        require(
                found == null || !found.at("/automountServiceAccountToken").asBoolean(true),
                workload.id() + ": service account " + account + " mounts its token",
                problem);
        long users = cluster.workloads().stream()
                .filter(other -> other.pod().path("serviceAccountName").asText().equals(account))
                .count();
        require(users == 1, workload.id() + ": shares its service account " + account, problem);
        if (pod.has("priorityClassName")) {
            String priority = pod.path("priorityClassName").asText();
            require(
                    cluster.find("PriorityClass", priority).isPresent(),
                    workload.id() + ": priority class " + priority + " does not exist",
                    problem);
        }
        Set<String> volumes = new TreeSet<>(pod.path("volumes").findValuesAsText("name"));
        Manifest.list(pod.path("volumes"))
                .forEach(volume -> volumes.add(volume.path("name").asText()));
        workload.at("/spec/volumeClaimTemplates")
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
        for (JsonNode container : workload.allContainers()) {
            container
                    .path("volumeMounts")
                    .forEach(mount -> require(
                            volumes.contains(mount.path("name").asText()),
                            workload.id() + ": volume " + mount.path("name").asText() + " does not exist",
                            problem));
        }
    }

    private Map<String, Set<String>> secrets(ClusterManifests cluster) {
        Map<String, Set<String>> all = new TreeMap<>(madeByUser);
        cluster.all("Secret").forEach(secret -> {
            Set<String> keys = keys(secret.at("/data"));
            keys.addAll(keys(secret.at("/stringData")));
            all.put(secret.name(), keys);
        });
        cluster.all("KafkaUser").forEach(user -> all.put(user.name(), Set.of("password", "sasl.jaas.config")));
        cluster.all("Kafka")
                .forEach(
                        kafka -> all.put(kafka.name() + "-cluster-ca-cert", Set.of("ca.crt", "ca.p12", "ca.password")));
        return all;
    }

    private static Set<String> keys(JsonNode object) {
        return new TreeSet<>(Manifest.strings(object).keySet());
    }

    private static Map<String, Set<String>> madeByUser() {
        try {
            Map<String, Set<String>> all = new TreeMap<>();
            var commands = MADE.matcher(Files.readString(ClusterManifests.REPOSITORY.resolve("docs/deploy.md")));
            while (commands.find()) {
                Set<String> keys = new TreeSet<>();
                var found = KEY.matcher(commands.group(2));
                while (found.find()) {
                    keys.add(found.group(1));
                }
                all.put(commands.group(1), keys);
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
