// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.gateway.Kafka;
import io.wildstream.gateway.control.ClusterState;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** The state of the whole pipeline: what Kafka holds, what each stage has still to read, and what students report. */
@Singleton
public class PipelineView {

    private final Topics topics;
    private final ClusterState state;
    private final OffsetProbe probe;

    PipelineView(Kafka kafka, ClusterState state, OffsetProbe probe) {
        this.topics = kafka.topics();
        this.state = state;
        this.probe = probe;
    }

    /** Starts to read offsets from Kafka. */
    public void start() {
        probe.start();
    }

    /** Stops reading offsets. */
    public void stop() {
        probe.close();
    }

    /** Whether what is shown is up to date with Kafka. */
    public boolean isFresh() {
        return probe.isFresh();
    }

    /** The pipeline now; offsets are at most as old as the probe's interval. */
    public PipelineStatus status() {
        Offsets offsets = probe.newest();
        Instant now = Instant.now();
        List<CurriculumStatus> curricula = curricula();
        PipelineStatus.Builder status = PipelineStatus.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .setIngest(stage(offsets.topic(topics.samples()), 0, 0))
                .setTeacher(stage(
                        offsets.topic(topics.teacherOutputs()),
                        offsets.lag(probe.teacherGroup()),
                        deadLetters(offsets, Stage.TEACHER)))
                .setSelector(StageStatus.newBuilder()
                        .setRecords(curricula.stream()
                                .mapToLong(CurriculumStatus::getRecords)
                                .sum())
                        .setRecordsPerSecond(curricula.stream()
                                .mapToDouble(CurriculumStatus::getRecordsPerSecond)
                                .sum())
                        .setLag(offsets.lag(probe.selectorGroup()))
                        .setDeadLetters(deadLetters(offsets, Stage.SELECTOR)))
                .addAllCurricula(curricula)
                .addAllInstances(state.recent())
                .addAllProblems(silence(offsets))
                .addAllProblems(offsets.problems())
                .addAllProblems(state.problems());
        state.live(ServiceKind.SERVICE_KIND_TRAINER).stream()
                .filter(InstanceStatus::hasStudent)
                .forEach(trainer -> status.addStudents(trainer.getStudent()));
        return status.build();
    }

    private List<String> silence(Offsets offsets) {
        if (probe.isFresh()) {
            return List.of();
        }
        double seconds = offsets.ageSeconds(System.nanoTime());
        return List.of(
                Double.isNaN(seconds)
                        ? "Kafka has not answered yet"
                        : "Kafka has not answered for %d s: all this is from before".formatted(Math.round(seconds)));
    }

    /** All curricula, by name. */
    public List<CurriculumStatus> curricula() {
        Offsets offsets = probe.newest();
        return state.curricula().entrySet().stream()
                .map(entry -> curriculum(entry.getKey(), entry.getValue(), offsets))
                .toList();
    }

    private CurriculumStatus curriculum(String name, ControlRecord record, Offsets offsets) {
        Offsets.Count count = offsets.topic(topics.curriculum(name));
        return CurriculumStatus.newBuilder()
                .setName(name)
                .setPolicy(record.getSelectionPolicy())
                .setGeneration(record.getGeneration())
                .setRecords(count.records())
                .setRecordsPerSecond(count.perSecond())
                .build();
    }

    private long deadLetters(Offsets offsets, Stage stage) {
        return offsets.topic(topics.deadLetters(stage)).records();
    }

    private static StageStatus stage(Offsets.Count count, long lag, long deadLetters) {
        return StageStatus.newBuilder()
                .setRecords(count.records())
                .setRecordsPerSecond(count.perSecond())
                .setLag(lag)
                .setDeadLetters(deadLetters)
                .build();
    }
}
