// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CheckpointStudentRequest;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.PauseStudentRequest;
import io.wildstream.contracts.v1.ResumeStudentRequest;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc.StudentServiceBlockingStub;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What students are told besides what to learn, and students that are not there. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class StudentCommandsTest {

    @Inject
    ClusterState state;

    private Door door;
    private StudentServiceBlockingStub students;
    private TestStudents pupils;

    @BeforeEach
    void open() {
        door = new Door();
        students = StudentServiceGrpc.newBlockingStub(door.channel());
        pupils = new TestStudents(door);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void pausesAndResumesWhenTheTrainerHasTakenItUp() {
        // Given
        pupils.curriculum("paused");
        pupils.create("s-paused", "paused", TestStudents.self());
        try (Service trainer = TestStudents.trainer("s-paused")) {
            await().until(() -> state.trainer("s-paused") != null);

            // When
            Student paused = students.pauseStudent(
                    PauseStudentRequest.newBuilder().setStudent("s-paused").build());
            long generation = state.trainer("s-paused").getObservedGenerationsOrThrow("student/s-paused");
            Student resumed = students.resumeStudent(
                    ResumeStudentRequest.newBuilder().setStudent("s-paused").build());

            // Then
            assertThat(paused.getPaused()).isTrue();
            assertThat(paused.getStatus().getState()).isEqualTo(StudentState.STUDENT_STATE_TRAINING);
            assertThat(generation).isEqualTo(2);
            assertThat(resumed.getPaused()).isFalse();
        }
    }

    @Test
    void answersWithTheCheckpointThatWasAskedFor() {
        // Given
        pupils.curriculum("kept");
        pupils.create("s-kept", "kept", TestStudents.self());
        TestStudents.commit("s-kept", 100, false);
        await().until(() -> state.checkpoint("s-kept") != null);
        try (Service trainer = TestStudents.trainer("s-kept")) {
            await().until(() -> state.trainer("s-kept") != null);

            // When
            CompletableFuture<CheckpointManifest> asked =
                    CompletableFuture.supplyAsync(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                            .setStudent("s-kept")
                            .build()));
            await().until(() -> state.students().get("s-kept").getCheckpointRequest() == 1);
            TestStudents.commit("s-kept", 200, false);

            // Then
            assertThat(asked.join().getStep()).isEqualTo(200);
            assertThat(Door.code(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                            .setStudent("s-kept")
                            .build())))
                    .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
        await().until(() -> state.trainer("s-kept") == null);
        assertThat(Door.code(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                        .setStudent("s-kept")
                        .build())))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        TestStudents.commit("s-kept", 300, true);
        await().until(() -> state.checkpoint("s-kept").getFinished());
        assertThat(students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                                .setStudent("s-kept")
                                .build())
                        .getStep())
                .isEqualTo(300);
    }

    @Test
    void aStudentThatNobodyTrainsSaysWhy() {
        // Given
        pupils.curriculum("waiting");

        // When
        Student created = pupils.create("s-waiting", "waiting", TestStudents.self());

        // Then
        assertThat(created.getProblem())
                .isEqualTo("no trainer of student 's-waiting' is running: start a trainer-service with"
                        + " wildstream.trainer.student=s-waiting");
        assertThat(door.get("/v1/status").body()).contains("wait", "s-waiting");
        String noModel = "student_model: there is no model directory 'nothing'";
        try (Service trainer = new Service(
                "trainer-s-waiting",
                ServiceKind.SERVICE_KIND_TRAINER,
                status -> status.setProblem(noModel)
                        .setStudent(StudentStatus.newBuilder().setStudent("s-waiting")))) {
            await().until(() -> state.trainer("s-waiting") != null);
            assertThat(students.getStudent(GetStudentRequest.newBuilder()
                                    .setStudent("s-waiting")
                                    .build())
                            .getProblem())
                    .isEqualTo(noModel);
        }
        TestStudents.commit("s-waiting", 10, true);
        await().until(() -> students.getStudent(
                        GetStudentRequest.newBuilder().setStudent("s-waiting").build())
                .getProblem()
                .isEmpty());
    }

    @Test
    void answersForAnUnchangedStudentWithTheCheckpointThatIsThere() {
        // Given
        pupils.curriculum("unchanged");
        pupils.create("s-unchanged", "unchanged", TestStudents.self());
        CheckpointManifest there = CheckpointManifest.newBuilder()
                .setStudent("s-unchanged")
                .setStep(100)
                .setCreated(Timestamp.newBuilder().setSeconds(1000))
                .build();
        TestStudents.commit(there);
        await().until(() -> state.checkpoint("s-unchanged") != null);
        try (Service trainer = new Service(
                "trainer-s-unchanged",
                ServiceKind.SERVICE_KIND_TRAINER,
                status -> status.setStudent(StudentStatus.newBuilder()
                        .setStudent("s-unchanged")
                        .setCheckpointTime(there.getCreated())
                        .setCheckpointRequest(
                                state.students().get("s-unchanged").getCheckpointRequest())))) {
            await().until(() -> state.trainer("s-unchanged") != null);

            // When
            CheckpointManifest answer = students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                    .setStudent("s-unchanged")
                    .build());

            // Then
            assertThat(answer).isEqualTo(there);
            assertThat(state.students().get("s-unchanged").getCheckpointRequest())
                    .isEqualTo(1);
        }
    }

    @Test
    void doesNotFindWhatIsNotThere() {
        // Given
        String nobody = "nobody";

        // When
        List<Status.Code> codes = List.of(
                Door.code(() -> students.getStudent(
                        GetStudentRequest.newBuilder().setStudent(nobody).build())),
                Door.code(() -> students.pauseStudent(
                        PauseStudentRequest.newBuilder().setStudent(nobody).build())),
                Door.code(() -> students.checkpointStudent(
                        CheckpointStudentRequest.newBuilder().setStudent(nobody).build())),
                Door.code(() -> students.updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                        .setStudent(nobody)
                        .setSpec(TestStudents.SPEC)
                        .build())),
                Door.code(() -> pupils.create("s-lost", "no-such-curriculum", TestStudents.SPEC)));

        // Then
        assertThat(codes).containsOnly(Status.Code.NOT_FOUND);
    }
}
