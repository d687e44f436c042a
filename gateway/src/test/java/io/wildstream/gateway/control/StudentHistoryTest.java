// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.ListCheckpointsRequest;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc.StudentServiceBlockingStub;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class StudentHistoryTest {

    @Inject
    ClusterState state;

    private final Topics topics = new Topics(Door.prefix());
    private Door door;
    private StudentServiceBlockingStub students;

    @BeforeEach
    void open() {
        door = new Door();
        students = StudentServiceGrpc.newBlockingStub(door.channel());
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void asksTheTrainerToGoBackAndAnswersWithWhatItCommitted() {
        // Given
        student("h-back", "h-back-c");
        CheckpointManifest first = commit("h-back", 10, 40, "");
        CheckpointManifest second = commit("h-back", 20, 80, first.getDirectory());
        await().until(() -> second.equals(state.checkpoint("h-back")));
        RollbackStudentRequest.Builder request = RollbackStudentRequest.newBuilder()
                .setStudent("h-back")
                .setStep(10)
                .addSkipOffsets(range(50, 60))
                .addSkipSources("bad");

        // When
        CompletableFuture<CheckpointManifest> asked;
        try (Service trainer = TestStudents.trainer("h-back")) {
            await().until(() -> state.trainer("h-back") != null);
            asked = CompletableFuture.supplyAsync(() -> students.rollbackStudent(request.build()));
            await().until(() -> state.students().get("h-back").getRollback().getRequest() == 1);
            RollbackRequest wanted = state.students().get("h-back").getRollback();
            TestStudents.commit(first.toBuilder()
                    .setRollbackRequest(1)
                    .addAllSkips(Rollbacks.rules(first, wanted))
                    .setLineage(Lineage.newBuilder().setParent(first.getDirectory()))
                    .build());

            // Then
            assertThat(asked.join().getStep()).isEqualTo(10);
        }
        assertThat(asked.join().getSkipsList())
                .containsExactly(SkipRule.newBuilder()
                        .setFromStep(10)
                        .setFromOffset(40)
                        .addOffsets(range(50, 60))
                        .addSources("bad")
                        .build());
        assertThat(students.listCheckpoints(ListCheckpointsRequest.newBuilder()
                                .setStudent("h-back")
                                .build())
                        .getCheckpointsList())
                .extracting(checkpoint -> checkpoint.getManifest().getStep()
                        + (checkpoint.getSurviving() ? " survives" : " was given up"))
                .containsExactly("10 survives", "20 was given up", "10 survives");
    }

    @Test
    void refusesWhatCannotBe() {
        // Given
        student("h-no", "h-no-c");
        CheckpointManifest only = commit("h-no", 10, 40, "");
        await().until(() -> only.equals(state.checkpoint("h-no")));
        RollbackStudentRequest.Builder request =
                RollbackStudentRequest.newBuilder().setStudent("h-no").setStep(10);

        // When
        List<String> answers = List.of(
                rollBack(request.clone().setStep(11)),
                rollBack(request.clone().addSkipOffsets(range(39, 45))),
                rollBack(request.clone().addSkipOffsets(range(45, 44))),
                rollBack(request.clone().setStudent("h-unknown")),
                rollBack(request.clone()));

        // Then
        assertThat(answers)
                .containsExactly(
                        "INVALID_ARGUMENT: step: the student has no surviving checkpoint of step 11",
                        "INVALID_ARGUMENT: skip_offsets: 39-45 begins before offset 40, up to which the checkpoint of step 10"
                                + " has learned: go back further",
                        "INVALID_ARGUMENT: skip_offsets: 45-44 is not a range of offsets: the first must be at least 0 and at most"
                                + " the last",
                        "NOT_FOUND: student 'h-unknown' does not exist",
                        "FAILED_PRECONDITION: no trainer of student 'h-no' is running: start a trainer-service with"
                                + " wildstream.trainer.student=h-no");
    }

    @Test
    void tellsWhichSourcesAndThresholdsMadeAStudent() {
        // Given
        student("h-why", "h-why-c");
        await().until(() -> TestLog.committed(topics.curriculum("h-why-c")).size() == 1);
        select("h-why-c", "camera-1", "a", 0, 0.1, 0.5);
        select("h-why-c", "camera-2", "b", 1, 0.2, 0.4);
        select("h-why-c", "camera-1", "c", 1, 0.3, 0.6);
        select("h-why-c", "camera-2", "d", 0, 0.4, 0.7);
        TestLog.write(List.of(new ProducerRecord<>(topics.curriculum("h-why-c"), new byte[] {1, 2, 3})));
        selectReference("h-why-c", "camera-2", "gone");
        List<Long> offsets = TestLog.committed(topics.curriculum("h-why-c")).stream()
                .skip(1)
                .map(record -> record.offset())
                .toList();
        CheckpointManifest manifest = commit("h-why", 5, offsets.get(5) + 1, "").toBuilder()
                .setCurriculum("h-why-c")
                .addMissingAhead(MissingSamples.newBuilder()
                        .setFirstOffset(offsets.get(0)) // those before it have their bytes
                        .setLastOffset(offsets.get(5)))
                .setTrained(3)
                .setSpec(TrainingSpec.newBuilder().setGeneration(1))
                .addSkips(SkipRule.newBuilder().addOffsets(range(offsets.get(3), offsets.get(3))))
                .setStep(6)
                .build();
        TestStudents.commit(manifest);

        // When
        StudentExplanation why = students.explainStudent(
                ExplainStudentRequest.newBuilder().setStudent("h-why").build());

        // Then
        assertThat(why.getCheckpoint()).isEqualTo(manifest);
        assertThat(why.getLearned()).isEqualTo(3);
        assertThat(why.getSkipped()).isEqualTo(2);
        assertThat(why.getRefused()).isEqualTo(1);
        assertThat(why.getSources(0).getSource()).isEqualTo("camera-1");
        assertThat(why.getSources(0).getLearned()).isEqualTo(2);
        assertThat(why.getSources(0).getMeanNoiseValue()).isEqualTo(0.2);
        assertThat(why.getSources(0).getFirstId()).isEqualTo("a");
        assertThat(why.getSources(0).getLastId()).isEqualTo("c");
        assertThat(why.getSources(1).getSkipped()).isEqualTo(2);
        assertThat(why.getPseudoLabelsList())
                .extracting(label -> label.getMaxThreshold())
                .containsExactly(0.5, 0.6);
        assertThat(why.getSelections(0).getMinThreshold()).isEqualTo(0.4);
        assertThat(why.getTeachersMap()).containsExactly(java.util.Map.entry("ab", 3L));
        assertThat(why.getPrecomputedMap()).containsExactly(java.util.Map.entry("production", 2L));
        assertThat(why.getSpecsList()).extracting(spec -> spec.getGeneration()).containsExactly(1L);
    }

    private String rollBack(RollbackStudentRequest.Builder request) {
        Status status =
                Door.failure(() -> students.rollbackStudent(request.build())).getStatus();
        return status.getCode() + ": " + status.getDescription();
    }

    private void student(String id, String curriculum) {
        TestStudents pupils = new TestStudents(door);
        pupils.curriculum(curriculum);
        var unused = pupils.create(id, curriculum, TestStudents.self());
    }

    private void select(String curriculum, String source, String id, int label, double noise, double threshold) {
        TeacherOutput.Builder output = TeacherOutput.newBuilder()
                .setTeacher(TeacherReference.newBuilder().setDigest("ab"))
                .setSample(Sample.newBuilder().setId(id).setSource(source));
        if (source.equals("camera-1")) {
            output.setPrecomputedBy("production");
        }
        SelectedSample selected = SelectedSample.newBuilder()
                .setTeacherOutput(output)
                .setPseudoLabel(label)
                .setNoiseValue(noise)
                .setThreshold(threshold)
                .setPolicyGeneration(1)
                .build();
        TestLog.write(List.of(new ProducerRecord<>(
                topics.curriculum(curriculum),
                CurriculumRecord.newBuilder().setSelected(selected).build().toByteArray())));
    }

    private void selectReference(String curriculum, String source, String id) {
        Sample sample = Sample.newBuilder()
                .setId(id)
                .setSource(source)
                .setReference(Reference.newBuilder().setAddress("s3://bucket/" + id))
                .build();
        TestLog.write(List.of(new ProducerRecord<>(
                topics.curriculum(curriculum),
                CurriculumRecord.newBuilder()
                        .setSelected(SelectedSample.newBuilder()
                                .setTeacherOutput(TeacherOutput.newBuilder().setSample(sample)))
                        .build()
                        .toByteArray())));
    }

    private CheckpointManifest commit(String student, long step, long nextOffset, String parent) {
        CheckpointManifest manifest = CheckpointManifest.newBuilder()
                .setStudent(student)
                .setStep(step)
                .setNextOffset(nextOffset)
                .setDirectory(student + "/" + step)
                .setLineage(Lineage.newBuilder().setParent(parent))
                .build();
        TestStudents.commit(manifest);
        return manifest;
    }

    private static OffsetRange range(long first, long last) {
        return OffsetRange.newBuilder().setFirst(first).setLast(last).build();
    }
}
