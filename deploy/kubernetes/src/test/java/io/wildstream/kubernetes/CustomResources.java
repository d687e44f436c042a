// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The schemas of the custom resource definitions in {@code src/test/resources/crds}, closed: an unknown field is an error. */
final class CustomResources {

    private static final Path DIRECTORY = Path.of("src/test/resources/crds");

    private final Map<String, JsonSchema> schemas = new TreeMap<>();

    CustomResources() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            files.filter(file -> file.toString().endsWith(".yaml.gz")).forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean knows(String type) {
        return schemas.containsKey(type);
    }

    List<String> problems(String type, ObjectNode object) {
        return schemas.get(type).validate(object).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    private void read(Path file) {
        try (var in = new GZIPInputStream(Files.newInputStream(file));
                var documents = ClusterManifests.YAML.readerFor(JsonNode.class).<JsonNode>readValues(in)) {
            documents.forEachRemaining(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private void add(JsonNode definition) {
        String group = definition.at("/spec/group").asText();
        String kind = definition.at("/spec/names/kind").asText();
        for (JsonNode version : definition.at("/spec/versions")) {
            if (version.path("served").asBoolean()) {
                ObjectNode schema = version.at("/schema/openAPIV3Schema").deepCopy();
                close(schema);
                schema.withObject("/properties").remove("metadata");
                schema.withObject("/properties").putObject("metadata").put("type", "object");
                schemas.put(
                        group + "/" + version.path("name").asText() + "/" + kind,
                        JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema));
            }
        }
    }

    /** What an API server adds to a structural schema: pruned fields are refused here, and the extensions become plain JSON schema. */
    private static void close(JsonNode node) {
        if (!(node instanceof ObjectNode schema)) {
            return;
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            schema.remove("type");
            ArrayNode types = schema.putArray("type");
            types.add("integer").add("string");
        }
        if (schema.path("nullable").asBoolean() && schema.path("type").isTextual()) {
            String type = schema.path("type").asText();
            schema.putArray("type").add(type).add("null");
        }
        boolean open = schema.has("additionalProperties")
                || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (schema.path("type").asText().equals("object") && !open) {
            schema.put("additionalProperties", false);
        }
        schema.path("properties").forEach(CustomResources::close);
        close(schema.path("items"));
        close(schema.path("additionalProperties"));
    }
}
