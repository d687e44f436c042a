package io.wildstream.gateway.api;

import io.smallrye.common.annotation.Blocking;
import io.wildstream.contracts.v1.ListCurriculaResponse;
import io.wildstream.contracts.v1.ListStudentsResponse;
import io.wildstream.gateway.control.Students;
import io.wildstream.gateway.watch.PipelineView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The reads of the gRPC API as JSON. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Reads", description = "What runs and what was reached")
public class ReadsResource {

    private final PipelineView view;
    private final Students students;

    ReadsResource(PipelineView view, Students students) {
        this.view = view;
        this.students = students;
    }

    /** The pipeline now. */
    @GET
    @Path("/status")
    @Operation(
            summary = "The pipeline now",
            description =
                    "Counts, rates and lags of each stage, all curricula, students and instances. Counts are committed offsets:"
                            + " they include transaction markers.")
    @APIResponse(responseCode = "200", description = "PipelineStatus")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String status() {
        return Json.of(view.status());
    }

    /** All curricula. */
    @GET
    @Path("/curricula")
    @Operation(
            summary = "All curricula",
            description = "Name, policy, generation, records and rate of each curriculum.")
    @APIResponse(responseCode = "200", description = "ListCurriculaResponse")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String curricula() {
        return Json.of(ListCurriculaResponse.newBuilder()
                .addAllCurricula(view.curricula())
                .build());
    }

    /** All students. */
    @GET
    @Path("/students")
    @Operation(summary = "All students", description = "Spec, status and newest checkpoint of each student.")
    @APIResponse(responseCode = "200", description = "ListStudentsResponse")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String students() {
        return Json.of(ListStudentsResponse.newBuilder()
                .addAllStudents(students.list())
                .build());
    }

    /** One student. */
    @GET
    @Path("/students/{id}")
    @Operation(summary = "One student", description = "Its spec, what its trainer reports, and its newest checkpoint.")
    @APIResponse(responseCode = "200", description = "Student")
    @APIResponse(responseCode = "400", description = "The id is no name of a student")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "404", description = "There is no such student")
    public String student(@Parameter(description = "Id of the student") @PathParam("id") String id) {
        return Json.of(students.get(id));
    }
}
