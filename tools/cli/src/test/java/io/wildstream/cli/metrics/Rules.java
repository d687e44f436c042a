// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules of {@code deploy/prometheus}. */
final class Rules {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Rules() {}

    static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All rules. */
    static List<JsonNode> all() {
        List<JsonNode> rules = new ArrayList<>();
        yaml(Repository.RULES).get("groups").forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    /** The alerts by name. */
    static Map<String, JsonNode> alerts() {
        Map<String, JsonNode> alerts = new TreeMap<>();
        all().stream()
                .filter(rule -> rule.has("alert"))
                .forEach(rule -> alerts.put(rule.get("alert").asText(), rule));
        return alerts;
    }

    /** Names of the series that recording rules make. */
    static List<String> recorded() {
        return all().stream()
                .filter(rule -> rule.has("record"))
                .map(rule -> rule.get("record").asText())
                .toList();
    }
}
