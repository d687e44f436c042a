// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse.Checkpoint;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a student has learned from, and rollbacks. Everything is read from the committed checkpoints and curricula at each call. */
@Singleton
public class StudentHistory {

    private final Kafka kafka;
    private final ClusterState state;
    private final ControlWriter writer;
    private final StartOffsets startOffsets;
    private final Duration timeout;

    StudentHistory(
            Kafka kafka, ClusterState state, ControlWriter writer, StartOffsets startOffsets, GatewayConfig config) {
        this.startOffsets = startOffsets;
        this.kafka = kafka;
        this.state = state;
        this.writer = writer;
        this.timeout = config.gateway().checkpointTimeout();
    }

    /** All committed checkpoints of a student, oldest first. */
    public ListCheckpointsResponse checkpoints(String student) {
        String id = ApiErrors.requireName("student", student);
        requireSpec(id);
        List<CheckpointManifest> committed = CheckpointHistory.read(kafka.client(), kafka.topics(), id);
        Set<CheckpointManifest> surviving = CheckpointHistory.surviving(committed).stream()
                .map(CheckpointHistory::content)
                .collect(Collectors.toSet());
        Set<String> kept = committed.isEmpty()
                ? Set.of()
                : Set.copyOf(committed.get(committed.size() - 1).getKeptDirectoriesList());
        ListCheckpointsResponse.Builder response = ListCheckpointsResponse.newBuilder();
        for (CheckpointManifest manifest : committed) {
            response.addCheckpoints(Checkpoint.newBuilder()
                    .setManifest(manifest)
                    .setSurviving(surviving.contains(CheckpointHistory.content(manifest)))
                    .setKept(kept.contains(manifest.getDirectory())));
        }
        return response.build();
    }

    /** Asks for a rollback, and waits until the trainer has committed it. */
    public CheckpointManifest rollBack(RollbackStudentRequest request) throws InterruptedException {
        String id = ApiErrors.requireName("student", request.getStudent());
        String curriculum = requireSpec(id).getCurriculum();
        RollbackRequest wanted = RollbackRequest.newBuilder()
                .setStep(request.getStep())
                .addAllSkipOffsets(request.getSkipOffsetsList())
                .addAllSkipSources(request.getSkipSourcesList())
                .setEndsBefore(request.getReopen() ? startOffsets.resolve(curriculum, -1) : 0)
                .build();
        List<String> problems = Rollbacks.problems(surviving(id), wanted);
        if (!problems.isEmpty()) {
            throw ApiErrors.invalid(problems);
        }
        state.requireTrainer(id);
        long number = writer.change(ControlKeys.student(id), record -> withRequest(id, record, wanted))
                .getStudent()
                .getRollback()
                .getRequest();
        if (!state.await(() -> answered(id) >= number, timeout)) {
            throw ApiErrors.tooLate(
                    "student '" + id + "' was not rolled back within " + timeout.toSeconds() + " s; it may still be");
        }
        CheckpointManifest answer = surviving(id).stream()
                .filter(manifest -> manifest.getRollbackRequest() == number)
                .findFirst()
                .orElseThrow(() -> ApiErrors.precondition(
                        "another rollback of student '" + id + "' was requested in the meantime"));
        if (!answer.getRollbackProblem().isEmpty()) {
            throw ApiErrors.precondition(answer.getRollbackProblem());
        }
        return answer;
    }

    /** What a student learned from, up to one of its checkpoints. */
    public StudentExplanation explain(ExplainStudentRequest request) {
        String id = ApiErrors.requireName("student", request.getStudent());
        requireSpec(id);
        List<CheckpointManifest> committed = CheckpointHistory.read(kafka.client(), kafka.topics(), id);
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(committed);
        if (surviving.isEmpty()) {
            throw ApiErrors.precondition("student '" + id + "' has no checkpoint yet");
        }
        CheckpointManifest explained = request.hasStep()
                ? Rollbacks.target(surviving, request.getStep())
                        .orElseThrow(() -> ApiErrors.invalid(
                                "step", "the student has no surviving checkpoint of step " + request.getStep()))
                : surviving.get(surviving.size() - 1);
        MissingDecisions missing = MissingDecisions.continuing(committed, explained);
        return new CurriculumReading(kafka, id, explained, missing).explain();
    }

    private static ControlWriter.Change withRequest(
            String id, @org.jspecify.annotations.Nullable ControlRecord record, RollbackRequest wanted) {
        if (record == null || !record.hasStudent()) {
            throw ApiErrors.notFound("student", id);
        }
        StudentSpec before = record.getStudent();
        long number = before.getRollback().getRequest() + 1;
        StudentSpec after = before.toBuilder()
                .setRollback(wanted.toBuilder().setRequest(number))
                .build();
        return new ControlWriter.Change(
                ControlRecord.newBuilder().setStudent(after).build(), List.of());
    }

    private long answered(String id) {
        CheckpointManifest newest = state.checkpoint(id);
        return newest == null ? 0 : newest.getRollbackRequest();
    }

    private List<CheckpointManifest> surviving(String id) {
        return CheckpointHistory.surviving(CheckpointHistory.read(kafka.client(), kafka.topics(), id));
    }

    private StudentSpec requireSpec(String id) {
        ControlRecord record = state.control(ControlKeys.student(id));
        if (record == null || !record.hasStudent()) {
            throw ApiErrors.notFound("student", id);
        }
        return record.getStudent();
    }
}
