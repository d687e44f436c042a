// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationServiceGrpc;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.SelectionSummary;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that knows nothing but the document: it calls each operation, and each answer is what the document says. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class OpenApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "open-api";

    @Inject
    ClusterState state;

    private Door door;
    private JsonNode document;

    @BeforeEach
    void open() throws Exception {
        door = new Door();
        document = JSON.readTree(door.get("/q/openapi?format=json").body());
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void everyAnswerIsWhatTheDocumentSays() throws Exception {
        // Given: something of everything
        TestStudents pupils = new TestStudents(door);
        pupils.curriculum(ID);
        pupils.create(ID, ID, TestStudents.self());
        CheckpointManifest manifest = CheckpointManifest.newBuilder()
                .setStudent(ID)
                .setCurriculum(ID)
                .setStep(3)
                .setLineage(Lineage.newBuilder()
                        .addSelections(SelectionSummary.newBuilder().setMaxThreshold(Double.POSITIVE_INFINITY)))
                .build();
        TestStudents.commit(manifest);
        await().until(() -> manifest.equals(state.checkpoint(ID)));
        try (Service selector = new Service(
                        ID + "-selector",
                        ServiceKind.SERVICE_KIND_SELECTOR,
                        status -> status.setSelector(SelectorStatus.newBuilder()
                                .addCurricula(SelectorStatus.Curriculum.newBuilder()
                                        .setName(ID)
                                        .addThresholds(Double.NaN)
                                        .addThresholds(0.5))));
                Service condenser = new Service(ID + "-condenser", ServiceKind.SERVICE_KIND_CONDENSER, status -> {})) {
            await().until(() -> state.live(ServiceKind.SERVICE_KIND_CONDENSER).size() == 1
                    && door.get("/v1/status").body().contains(ID + "-selector"));
            var unused = CondensationServiceGrpc.newBlockingStub(door.channel())
                    .createCondensation(CreateCondensationRequest.newBuilder()
                            .setName(ID)
                            .setSpec(CondensationSpec.newBuilder()
                                    .setDataSet("digits")
                                    .setArchitecture("lenet5-1x28-10"))
                            .build());

            // When
            Set<String> called = new TreeSet<>();
            for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    call(operation.getKey(), path.getKey(), operation.getValue());
                    called.add(operation.getValue().path("operationId").asText());
                }
            }

            // Then
            assertThat(called)
                    .contains("status", "teacher", "curricula", "students", "student", "checkpoints", "explanation")
                    .contains("condensations", "condensation", "store");
        }
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_CONDENSER).isEmpty());
    }

    @Test
    void everyRefusalIsAProblem() throws Exception {
        for (String path : Set.of("/v1/students/nobody", "/v1/students/Bad%20Name", "/v1/condensations/none")) {
            HttpResponse<String> answer = door.get(path);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
            JsonNode operation = document.at("/paths")
                    .path(path.contains("students") ? "/v1/students/{id}" : "/v1/condensations/{name}")
                    .path("get");
            assertThat(violations(operation, answer)).as(path).isEmpty();
        }
    }

    private void call(String method, String path, JsonNode operation) throws Exception {
        var request = door.request(path.replaceAll("\\{[a-z]+}", ID));
        HttpResponse<String> answer = door.send(
                method.equals("get")
                        ? request.GET().build()
                        : request.header("Content-Type", "image/png")
                                .POST(BodyPublishers.ofByteArray(new byte[] {1}))
                                .build());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
        assertThat(violations(operation, answer)).as(path + " " + answer.body()).isEmpty();
    }

    /** How an answer differs from what the document says of its status. */
    private Set<ValidationMessage> violations(JsonNode operation, HttpResponse<String> answer) throws Exception {
        JsonNode content = operation
                .path("responses")
                .path(Integer.toString(answer.statusCode()))
                .path("content");
        String type = answer.headers().firstValue("content-type").orElse("").replaceAll(";.*", "");
        JsonNode described = content.path(type).path("schema");
        assertThat(described.path("$ref").asText()).as(type + " in " + content).startsWith("#/components/schemas/");
        ObjectNode schema = described.deepCopy();
        schema.set("components", document.path("components").deepCopy());
        schema.at("/components/schemas").forEach(OpenApiTest::refuseOthers);
        JsonSchema validator =
                JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema);
        return validator.validate(JSON.readTree(answer.body()));
    }

    /** A field that the document does not know is an error here, though a client may overlook it. */
    private static void refuseOthers(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
            for (Iterator<JsonNode> fields = object.path("properties").elements(); fields.hasNext(); ) {
                refuseOthers(fields.next());
            }
        }
    }
}
