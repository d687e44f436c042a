// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import com.google.protobuf.Descriptors.Descriptor;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCondensationsResponse;
import io.wildstream.contracts.v1.ListCurriculaResponse;
import io.wildstream.contracts.v1.ListStudentsResponse;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.Teacher;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Gives each response of the OpenAPI document its schema, so that a client can be generated. A response of status 200 is the message with
 * which its description begins, any other one a problem.
 */
public final class AnswerSchemas implements OASFilter {

    private static final String OK = "200";
    private static final String TOO_LARGE = "413";
    private static final String PROBLEM = "Problem";

    private static final Map<String, Descriptor> ANSWERS = Stream.of(
                    PipelineStatus.getDescriptor(),
                    Teacher.getDescriptor(),
                    ListCurriculaResponse.getDescriptor(),
                    ListStudentsResponse.getDescriptor(),
                    Student.getDescriptor(),
                    ListCheckpointsResponse.getDescriptor(),
                    StudentExplanation.getDescriptor(),
                    ListCondensationsResponse.getDescriptor(),
                    Condensation.getDescriptor(),
                    IngestResponse.Result.getDescriptor())
            .collect(Collectors.toMap(MessageSchemas::name, Function.identity()));

    @Override
    public void filterOpenAPI(OpenAPI document) {
        MessageSchemas messages = new MessageSchemas();
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .flatMap(operation -> operation.getResponses().getAPIResponses().entrySet().stream())
                .forEach(response -> describe(response.getKey(), response.getValue(), messages));
        Components components = document.getComponents();
        messages.all().forEach(components::addSchema);
        components.addSchema(PROBLEM, problem());
    }

    private static void describe(String status, APIResponse response, MessageSchemas messages) {
        if (status.equals(TOO_LARGE)) {
            return; // refused by the HTTP server, which answers without a body
        }
        if (!status.equals(OK)) {
            answer(response, Problems.TYPE, MessageSchemas.to(PROBLEM));
            return;
        }
        Descriptor message = ANSWERS.get(response.getDescription().split("[: ]", 2)[0]);
        if (message == null) {
            throw new IllegalStateException("'" + response.getDescription() + "' does not begin with a message");
        }
        answer(response, "application/json", messages.reference(message));
    }

    private static void answer(APIResponse response, String type, Schema schema) {
        response.setContent(OASFactory.createContent()
                .addMediaType(type, OASFactory.createMediaType().schema(schema)));
    }

    /** As {@link Problems} makes them. */
    private static Schema problem() {
        Schema field = MessageSchemas.type(SchemaType.OBJECT)
                .addProperty("field", MessageSchemas.type(SchemaType.STRING))
                .addProperty("detail", MessageSchemas.type(SchemaType.STRING))
                .required(List.of("field", "detail"));
        return MessageSchemas.type(SchemaType.OBJECT)
                .description("RFC 9457; the title is the gRPC status code")
                .addProperty("title", MessageSchemas.type(SchemaType.STRING))
                .addProperty("status", MessageSchemas.type(SchemaType.INTEGER))
                .addProperty("detail", MessageSchemas.type(SchemaType.STRING))
                .addProperty("errors", MessageSchemas.type(SchemaType.ARRAY).items(field))
                .required(List.of("title", "status"));
    }
}
