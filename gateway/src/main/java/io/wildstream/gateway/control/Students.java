// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Commands to students. A spec is written into the curriculum, where trainers follow it, and in the same transaction to {@code control},
 * where it can be read; what only changes when a student learns is written to {@code control} alone.
 */
@Singleton
public class Students {

    private static final String SOURCE = "/wildstream/gateway";

    private final Kafka kafka;
    private final ClusterState state;
    private final ControlWriter writer;
    private final SpecResolver resolver;
    private final StartOffsets startOffsets;
    private final Duration observeTimeout;
    private final Duration checkpointTimeout;

    Students(
            Kafka kafka,
            ClusterState state,
            ControlWriter writer,
            SpecResolver resolver,
            StartOffsets startOffsets,
            GatewayConfig config) {
        this.kafka = kafka;
        this.state = state;
        this.writer = writer;
        this.resolver = resolver;
        this.startOffsets = startOffsets;
        this.observeTimeout = config.gateway().observeTimeout();
        this.checkpointTimeout = config.gateway().checkpointTimeout();
    }

    /** Creates a student and writes its first spec into its curriculum. */
    public Student create(CreateStudentRequest request) {
        String id = ApiErrors.requireName("student", request.getStudent());
        String curriculum = ApiErrors.requireName("curriculum", request.getCurriculum());
        if (state.students().containsKey(id)) {
            throw ApiErrors.exists("student", id);
        }
        if (state.policy(curriculum) == null) {
            throw ApiErrors.notFound("curriculum", curriculum);
        }
        TrainingSpec placed = request.getSpec().toBuilder()
                .setStartOffset(
                        startOffsets.resolve(curriculum, request.getSpec().getStartOffset()))
                .build();
        TrainingSpec spec = resolver.first(placed);
        writer.change(ControlKeys.student(id), before -> {
            if (before != null && before.hasStudent()) {
                throw ApiErrors.exists("student", id);
            }
            return withSpec(id, StudentSpec.newBuilder().setCurriculum(curriculum), spec);
        });
        return get(id);
    }

    /** Appends a spec to the curriculum; the same spec again changes nothing. */
    public Student update(UpdateTrainingSpecRequest request) {
        String id = ApiErrors.requireName("student", request.getStudent());
        if (!request.hasSpec()) {
            throw ApiErrors.invalid("spec", "is missing");
        }
        writer.change(ControlKeys.student(id), record -> {
            StudentSpec before = spec(id, record);
            TrainingSpec held = before.getTrainingSpec();
            TrainingSpec next = resolver.next(held, request.getSpec());
            boolean same =
                    next.toBuilder().setGeneration(held.getGeneration()).build().equals(held);
            return same ? null : withSpec(id, before.toBuilder(), next);
        });
        return get(id);
    }

    /** Pauses or resumes a student, and waits until its trainer, if it has a live one, has observed that. */
    public Student setPaused(String student, boolean paused) throws InterruptedException {
        String id = ApiErrors.requireName("student", student);
        ControlRecord record =
                change(id, spec -> spec.toBuilder().setPaused(paused).build());
        awaitObserved(id, record.getGeneration());
        return get(id);
    }

    /** Asks for a checkpoint and waits for it. Returns the one that is there when the student has not changed since. */
    public CheckpointManifest checkpoint(String student) throws InterruptedException {
        String id = ApiErrors.requireName("student", student);
        requireSpec(id);
        CheckpointManifest before = state.checkpoint(id);
        if (before != null && before.getFinished()) {
            return before;
        }
        state.requireTrainer(id);
        long request = change(
                        id,
                        spec -> spec.toBuilder()
                                .setCheckpointRequest(spec.getCheckpointRequest() + 1)
                                .build())
                .getStudent()
                .getCheckpointRequest();
        if (!state.await(
                () -> isNewer(state.checkpoint(id), before) || isUnchanged(id, request, before), checkpointTimeout)) {
            throw ApiErrors.tooLate("student '" + id + "' has committed no checkpoint within "
                    + checkpointTimeout.toSeconds() + " s; it may still do so");
        }
        CheckpointManifest found = state.checkpoint(id);
        return found == null ? CheckpointManifest.getDefaultInstance() : found;
    }

    /** All students, by id. */
    public List<Student> list() {
        Map<String, InstanceStatus> trainers = state.trainers();
        return state.students().entrySet().stream()
                .map(entry -> joined(entry.getKey(), entry.getValue(), trainers.get(entry.getKey())))
                .toList();
    }

    /** One student. */
    public Student get(String student) {
        String id = ApiErrors.requireName("student", student);
        return joined(id, requireSpec(id), state.trainer(id));
    }

    private ControlRecord change(String id, UnaryOperator<StudentSpec> edit) {
        return writer.change(ControlKeys.student(id), record -> {
            StudentSpec before = spec(id, record);
            StudentSpec after = edit.apply(before);
            return after.equals(before)
                    ? null
                    : new ControlWriter.Change(
                            ControlRecord.newBuilder().setStudent(after).build(), List.of());
        });
    }

    private ControlWriter.Change withSpec(String id, StudentSpec.Builder student, TrainingSpec spec) {
        CurriculumRecord entry = CurriculumRecord.newBuilder()
                .setSpecChange(TrainingSpecChange.newBuilder().setStudent(id).setSpec(spec))
                .build();
        String eventId = id + "/" + spec.getGeneration();
        ProducerRecord<String, byte[]> appended = new ProducerRecord<>(
                kafka.topics().curriculum(student.getCurriculum()),
                null,
                id,
                entry.toByteArray(),
                CloudEvents.headers(entry, eventId, SOURCE));
        ControlRecord record = ControlRecord.newBuilder()
                .setStudent(student.setTrainingSpec(spec))
                .build();
        return new ControlWriter.Change(record, List.of(appended));
    }

    private void awaitObserved(String id, long generation) throws InterruptedException {
        String key = ControlKeys.student(id);
        var unused = state.await(
                () -> {
                    InstanceStatus trainer = state.trainer(id);
                    return trainer == null || trainer.getObservedGenerationsOrDefault(key, 0) >= generation;
                },
                observeTimeout);
    }

    private StudentSpec requireSpec(String id) {
        return spec(id, state.control(ControlKeys.student(id)));
    }

    private static StudentSpec spec(String id, @Nullable ControlRecord record) {
        if (record == null || !record.hasStudent()) {
            throw ApiErrors.notFound("student", id);
        }
        return record.getStudent();
    }

    private Student joined(String id, StudentSpec spec, @Nullable InstanceStatus trainer) {
        Student.Builder student = Student.newBuilder()
                .setStudent(id)
                .setCurriculum(spec.getCurriculum())
                .setPaused(spec.getPaused());
        if (spec.hasTrainingSpec()) {
            student.setSpec(spec.getTrainingSpec());
        }
        if (trainer != null) {
            student.setStatus(trainer.getStudent()).setProblem(trainer.getProblem());
        } else if (!state.isFinished(id)) {
            student.setProblem(ClusterState.trainerMissing(id));
        }
        CheckpointManifest checkpoint = state.checkpoint(id);
        if (checkpoint != null) {
            student.setCheckpoint(checkpoint);
        }
        return student.build();
    }

    /** Whether the trainer has answered a request by the checkpoint that was there. */
    private boolean isUnchanged(String id, long request, @Nullable CheckpointManifest before) {
        InstanceStatus trainer = state.trainer(id);
        return before != null
                && trainer != null
                && trainer.getStudent().getCheckpointRequest() >= request
                && trainer.getStudent().getCheckpointTime().equals(before.getCreated());
    }

    private static boolean isNewer(@Nullable CheckpointManifest now, @Nullable CheckpointManifest before) {
        return now != null && !now.equals(before);
    }
}
