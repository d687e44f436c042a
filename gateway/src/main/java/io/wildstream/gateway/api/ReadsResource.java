// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.smallrye.common.annotation.Blocking;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.ListCondensationsResponse;
import io.wildstream.contracts.v1.ListCurriculaResponse;
import io.wildstream.contracts.v1.ListStudentsResponse;
import io.wildstream.gateway.control.Condensations;
import io.wildstream.gateway.control.StudentHistory;
import io.wildstream.gateway.control.Students;
import io.wildstream.gateway.control.Teachers;
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
@Tag(name = "Reads", description = "State of the pipeline, of teachers, students and condensations")
public class ReadsResource {

    private final PipelineView view;
    private final Teachers teachers;
    private final Students students;
    private final StudentHistory history;
    private final Condensations condensations;

    ReadsResource(
            PipelineView view,
            Teachers teachers,
            Students students,
            StudentHistory history,
            Condensations condensations) {
        this.teachers = teachers;
        this.condensations = condensations;
        this.view = view;
        this.students = students;
        this.history = history;
    }

    /** The pipeline now. */
    @GET
    @Path("/status")
    @Operation(
            summary = "State of the pipeline",
            description =
                    "Counts, rates and lags of each stage, and all curricula, students and instances. Counts are those of"
                            + " committed records: markers of transactions and of the stream's end are no records.")
    @APIResponse(responseCode = "200", description = "PipelineStatus")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String status() {
        return Json.of(view.status());
    }

    /** The teacher. */
    @GET
    @Path("/teacher")
    @Operation(
            summary = "The teacher",
            description = "The desired model, the model that each live teacher uses, and problems.")
    @APIResponse(responseCode = "200", description = "Teacher")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String teacher() {
        return Json.of(teachers.get());
    }

    /** All curricula. */
    @GET
    @Path("/curricula")
    @Operation(
            summary = "All curricula",
            description = "Name, policy, generation, number of records and rate of each curriculum.")
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
    @Operation(
            summary = "One student",
            description = "Its spec, the status that its trainer reports, and its newest checkpoint.")
    @APIResponse(responseCode = "200", description = "Student")
    @APIResponse(responseCode = "400", description = "The id is not a valid name")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "404", description = "There is no such student")
    public String student(@Parameter(description = "Id of the student") @PathParam("id") String id) {
        return Json.of(students.get(id));
    }

    /** The checkpoints of a student. */
    @GET
    @Path("/students/{id}/checkpoints")
    @Operation(
            summary = "A student's checkpoints",
            description =
                    "All committed checkpoints, oldest first; whether each is in the student's history, and whether it is kept.")
    @APIResponse(responseCode = "200", description = "ListCheckpointsResponse")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "404", description = "There is no such student")
    public String checkpoints(@Parameter(description = "Id of the student") @PathParam("id") String id) {
        return Json.of(history.checkpoints(id));
    }

    /** What a student has learned from. */
    @GET
    @Path("/students/{id}/explanation")
    @Operation(
            summary = "What a student has learned from",
            description =
                    "Sources, thresholds, teachers and specs up to its newest checkpoint, read back from its curriculum.")
    @APIResponse(responseCode = "200", description = "StudentExplanation")
    @APIResponse(responseCode = "400", description = "The student has no checkpoint yet")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "404", description = "There is no such student")
    public String explanation(@Parameter(description = "Id of the student") @PathParam("id") String id) {
        return Json.of(history.explain(
                ExplainStudentRequest.newBuilder().setStudent(id).build()));
    }

    /** All condensations. */
    @GET
    @Path("/condensations")
    @Operation(summary = "All condensations", description = "The request, its progress and its result.")
    @APIResponse(responseCode = "200", description = "ListCondensationsResponse")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    public String condensations() {
        return Json.of(ListCondensationsResponse.newBuilder()
                .addAllCondensations(condensations.list())
                .build());
    }

    /** One condensation. */
    @GET
    @Path("/condensations/{name}")
    @Operation(summary = "One condensation", description = "The request, its progress and its result.")
    @APIResponse(responseCode = "200", description = "Condensation")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "404", description = "There is no such condensation")
    public String condensation(@Parameter(description = "Name of the condensation") @PathParam("name") String name) {
        return Json.of(condensations.get(name));
    }
}
