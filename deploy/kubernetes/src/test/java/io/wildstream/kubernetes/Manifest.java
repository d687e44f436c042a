// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One object as it would be applied. */
record Manifest(ObjectNode json) {

    String kind() {
        return json.path("kind").asText();
    }

    String apiVersion() {
        return json.path("apiVersion").asText();
    }

    String name() {
        return json.path("metadata").path("name").asText();
    }

    boolean is(String kind) {
        return kind().equals(kind);
    }

    /** What messages call it. */
    String id() {
        return kind() + "/" + name();
    }

    /** The node at a JSON pointer; a missing one when there is none. */
    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    Map<String, String> labels() {
        return strings(at("/metadata/labels"));
    }

    /** Pod template of a workload, or a missing node. */
    JsonNode pod() {
        return at("/spec/template/spec");
    }

    Map<String, String> podLabels() {
        return strings(at("/spec/template/metadata/labels"));
    }

    /** Containers that stay. */
    List<JsonNode> containers() {
        return list(pod().path("containers"));
    }

    /** Containers that stay and those before them. */
    List<JsonNode> allContainers() {
        return Stream.concat(list(pod().path("initContainers")).stream(), containers().stream())
                .toList();
    }

    static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> all = new TreeMap<>();
        object.fields()
                .forEachRemaining(
                        field -> all.put(field.getKey(), field.getValue().asText()));
        return all;
    }
}
