// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CheckpointStudentRequest;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.PauseStudentRequest;
import io.wildstream.contracts.v1.ResumeStudentRequest;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc.StudentServiceBlockingStub;
import io.wildstream.contracts.v1.StudentState;
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
