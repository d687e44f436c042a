// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.TeacherSpecs;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands to the teachers. A spec is tried on the live teachers; when one refuses it, the previous spec becomes the newest again. A
 * teacher that starts later thus reads from {@code control} the spec that the others use.
 */
@Singleton
public class Teachers {

    private static final String KEY = ControlKeys.TEACHER;

    private final ClusterState state;
    private final ControlWriter writer;
    private final Duration timeout;
    /** Held while a spec is tried, so that the spec before it is never one that is only being tried. */
    private final ReentrantLock trying = new ReentrantLock();

    Teachers(ClusterState state, ControlWriter writer, GatewayConfig config) {
        this.state = state;
        this.writer = writer;
        this.timeout = config.gateway().teacherTimeout();
    }

    /** Sets the teacher and waits until all live instances use it, one refuses it, or the timeout is over. */
    public Teacher update(UpdateTeacherRequest request) throws InterruptedException {
        if (!request.hasSpec()) {
            throw ApiErrors.invalid(
                    "spec", "is missing; an empty spec.model means the configured model, wildstream.teacher.model");
        }
        TeacherSpec spec = request.getSpec();
        List<String> problems = TeacherSpecs.problems(spec);
        if (!problems.isEmpty()) {
            throw ApiErrors.invalid(
                    problems.stream().map(problem -> "spec." + problem).toList());
        }
        FeatureNeeds.check(spec, learning());
        if (!trying.tryLock()) {
            throw ApiErrors.precondition("another teacher is being tried: try again when that call has ended");
        }
        try {
            return tried(spec);
        } finally {
            trying.unlock();
        }
    }

    private Teacher tried(TeacherSpec spec) throws InterruptedException {
        TeacherSpec before = current();
        long generation = writer.change(KEY, record -> change(spec)).getGeneration();
        var unused = state.await(() -> answering(generation) == live().size() || refusing(generation) != null, timeout);
        InstanceStatus refusing = refusing(generation);
        if (refusing == null) {
            return get();
        }
        ControlRecord back = writer.change(
                KEY, record -> record != null && record.getGeneration() == generation ? change(before) : null);
        throw ApiErrors.precondition(refusing.getInstance() + " refused " + named(spec) + ": "
                + refusing.getTeacher().getRefusal() + "; generation " + back.getGeneration() + " restores "
                + named(back.getTeacher()));
    }

    /** The desired teacher, and what the live instances use. */
    public Teacher get() {
        Teacher.Builder teacher = Teacher.newBuilder();
        ControlRecord record = state.control(KEY);
        if (record != null) {
            teacher.setSpec(record.getTeacher()).setGeneration(record.getGeneration());
        }
        Map<String, TeacherReference> references = new TreeMap<>();
        for (InstanceStatus status : live()) {
            Teacher.Instance.Builder instance = teacher.addInstancesBuilder()
                    .setInstance(status.getInstance())
                    .setOmitsFeatures(status.getTeacher().getOmitsFeatures());
            if (status.getTeacher().hasTeacher()) {
                instance.setTeacher(status.getTeacher().getTeacher());
                references.put(status.getInstance(), instance.getTeacher());
            }
            if (!status.getProblem().isEmpty()) {
                teacher.addProblems(status.getInstance() + ": " + status.getProblem());
            }
        }
        if (references.values().stream()
                        .map(TeacherReference::getDigest)
                        .distinct()
                        .count()
                > 1) {
            teacher.addProblems(differing(references));
        }
        return teacher.setAnswering((int) answering(teacher.getGeneration())).build();
    }

    private static String differing(Map<String, TeacherReference> references) {
        return references.entrySet().stream()
                .map(entry -> entry.getKey() + " uses " + entry.getValue().getName() + " with digest "
                        + entry.getValue().getDigest())
                .collect(Collectors.joining(
                        ", ",
                        "the instances use different models: ",
                        "; unless a change is under way, put the same model directory where each of them looks"
                                + " (wildstream.teacher.models) and set the teacher again"));
    }

    /** The spec to go back to: the newest one, or what the teachers use if none of them has ever used the newest. */
    private TeacherSpec current() {
        ControlRecord record = state.control(KEY);
        TeacherSpec newest = record == null ? TeacherSpec.getDefaultInstance() : record.getTeacher();
        if (record == null || answering(record.getGeneration()) > 0) {
            return newest;
        }
        return live().stream()
                .map(InstanceStatus::getTeacher)
                .filter(TeacherStatus::hasTeacher)
                .max(Comparator.comparingLong(status -> status.getTeacher().getGeneration()))
                .map(Teachers::specOf)
                .orElse(newest);
    }

    private static TeacherSpec specOf(TeacherStatus status) {
        TeacherReference teacher = status.getTeacher();
        return TeacherSpec.newBuilder()
                .setModel(teacher.getGeneration() == 0 ? "" : teacher.getName())
                .setOmitFeatures(status.getOmitsFeatures())
                .build();
    }

    private static ControlWriter.Change change(TeacherSpec spec) {
        return new ControlWriter.Change(
                ControlRecord.newBuilder().setTeacher(spec).build(), List.of());
    }

    private static String named(TeacherSpec spec) {
        String model = spec.getModel().isEmpty() ? "the configured model" : "model '" + spec.getModel() + "'";
        return model + (spec.getOmitFeatures() ? " without features" : "");
    }

    /** The specs of all students that have not finished. */
    private Map<String, TrainingSpec> learning() {
        Map<String, TrainingSpec> found = new TreeMap<>();
        state.students().forEach((id, student) -> {
            CheckpointManifest checkpoint = state.checkpoint(id);
            if (checkpoint == null || !checkpoint.getFinished()) {
                found.put(id, student.getTrainingSpec());
            }
        });
        return found;
    }

    private @Nullable InstanceStatus refusing(long generation) {
        return live().stream()
                .filter(status -> status.getTeacher().getRefusedGeneration() == generation)
                .findFirst()
                .orElse(null);
    }

    private long answering(long generation) {
        return live().stream()
                .filter(status -> status.getTeacher().hasTeacher())
                .filter(status -> status.getTeacher().getTeacher().getGeneration() >= generation)
                .count();
    }

    private List<InstanceStatus> live() {
        return state.live(ServiceKind.SERVICE_KIND_TEACHER);
    }
}
