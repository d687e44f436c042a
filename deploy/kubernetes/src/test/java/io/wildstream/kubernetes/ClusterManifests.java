// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All objects of one rendered overlay.
 *
 * @param overlay its name
 */
record ClusterManifests(String overlay, List<Manifest> objects) {

    /** Reads YAML 1.1 as Kubernetes does, but refuses keys that stand twice. */
    static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    static final Path MODULE = Path.of("").toAbsolutePath();
    static final Path REPOSITORY = MODULE.getParent().getParent();
    static final Path RENDERED = Path.of("src/test/resources/rendered");

    private static final Map<String, ClusterManifests> READ = new ConcurrentHashMap<>();
    private static final Set<String> WORKLOADS = Set.of("StatefulSet", "Deployment", "DaemonSet", "Job", "CronJob");

    /** The directories that are rendered: the overlays, and those that use the components which no overlay uses. */
    static List<Path> directories() {
        try (Stream<Path> overlays = Files.list(Path.of("overlays"));
                Stream<Path> tests = Files.list(Path.of("src/test/kustomize"))) {
            return Stream.concat(overlays, tests).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The committed rendering of an overlay. */
    static ClusterManifests of(String overlay) {
        return READ.computeIfAbsent(overlay, ClusterManifests::read);
    }

    private static ClusterManifests read(String overlay) {
        try {
            return parse(overlay, Files.readString(RENDERED.resolve(overlay + ".yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(overlay + " is not rendered: run deploy/kubernetes/render.sh", e);
        }
    }

    static ClusterManifests parse(String overlay, String yaml) {
        List<Manifest> objects = new ArrayList<>();
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            documents.forEachRemaining(document -> objects.add(new Manifest((ObjectNode) document)));
        } catch (IOException e) {
            throw new UncheckedIOException(overlay, e);
        }
        return new ClusterManifests(overlay, objects);
    }

    ClusterManifests copy() {
        return new ClusterManifests(
                overlay,
                new ArrayList<>(objects.stream()
                        .map(object -> new Manifest(object.json().deepCopy()))
                        .toList()));
    }

    Stream<Manifest> all(String kind) {
        return objects.stream().filter(object -> object.is(kind));
    }

    Optional<Manifest> find(String kind, String name) {
        return all(kind).filter(object -> object.name().equals(name)).findFirst();
    }

    /** What has pods of ours. */
    List<Manifest> workloads() {
        return objects.stream()
                .filter(object -> WORKLOADS.contains(object.kind()))
                .toList();
    }

    /** Workloads that run one of the four services. */
    List<Manifest> services() {
        return workloads().stream()
                .filter(workload -> ServiceKeys.MODULES.containsKey(role(workload)))
                .toList();
    }

    /** {@code gateway}, {@code teacher}, {@code selector}, {@code trainer} or {@code kafka}. */
    static String role(Manifest workload) {
        return workload.podLabels().getOrDefault("app.kubernetes.io/name", "");
    }

    /** Whether a label selector of {@code matchLabels} and {@code matchExpressions} takes these labels. */
    static boolean selects(JsonNode selector, Map<String, String> labels) {
        boolean equal = Manifest.strings(selector.path("matchLabels")).entrySet().stream()
                .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
        return equal
                && Manifest.list(selector.path("matchExpressions")).stream().allMatch(e -> matches(e, labels));
    }

    private static boolean matches(JsonNode expression, Map<String, String> labels) {
        String value = labels.get(expression.path("key").asText());
        List<String> values = Manifest.list(expression.path("values")).stream()
                .map(JsonNode::asText)
                .toList();
        return switch (expression.path("operator").asText()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
