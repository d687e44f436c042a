// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.lab.terminal.Heartbeat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamViewTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void isDecidedWhenTeacherAndSelectorHaveReadEverything() {
        // Given
        PipelineStatus all = status(95, 5, 0, 0);

        // When // Then
        assertThat(new StreamView(all, true, MINUTE, 100).decided()).isTrue();
        assertThat(new StreamView(all, false, MINUTE, 100).decided()).isFalse();
        assertThat(new StreamView(all, true, MINUTE, 101).decided()).isFalse();
        assertThat(new StreamView(status(95, 5, 1, 0), true, MINUTE, 100).decided())
                .isFalse();
        assertThat(new StreamView(status(95, 5, 0, 1), true, MINUTE, 100).decided())
                .isFalse();
    }

    @Test
    void isFinishedWhenEachStudentHasCommittedItsLastStep() {
        // Given
        StudentStatus done = student("dfnd", StudentState.STUDENT_STATE_FINISHED, 60, 60);
        StudentStatus uncommitted = student("random", StudentState.STUDENT_STATE_FINISHED, 60, 40);
        StreamView view = view(done, uncommitted);

        // When // Then
        assertThat(view.finished(List.of("dfnd"))).isTrue();
        assertThat(view.finished(List.of("dfnd", "random"))).isFalse();
        assertThat(view.finished(List.of("absent"))).isFalse();
        assertThat(new StreamView(view.status(), false, MINUTE, 100).finished(List.of("dfnd")))
                .isFalse();
    }

    @Test
    void refusesAFailedStudentOfTheRunOnly() {
        // Given
        StreamView view = view(student("dfnd", StudentState.STUDENT_STATE_FAILED, 7, 7));

        // When // Then
        assertThatThrownBy(() -> view.requireNoFailure(List.of("dfnd")))
                .isInstanceOf(ClusterException.class)
                .hasMessage("student dfnd failed: see its trainer's log");
        assertThatCode(() -> view.requireNoFailure(List.of("random"))).doesNotThrowAnyException();
    }

    @Test
    void namesTheProblemThatTheTrainerReports() {
        // Given
        StudentStatus failed = student("dfnd", StudentState.STUDENT_STATE_FAILED, 7, 7);
        PipelineStatus status = PipelineStatus.newBuilder()
                .addStudents(failed)
                .addInstances(Heartbeat.trainer(1, student("random", StudentState.STUDENT_STATE_TRAINING, 1, 1)))
                .addInstances(Heartbeat.trainer(1, failed).toBuilder().setProblem("the disk is full"))
                .build();

        // When // Then
        assertThatThrownBy(() -> new StreamView(status, true, MINUTE, 0).requireNoFailure(List.of("dfnd")))
                .hasMessage("student dfnd failed: the disk is full");
    }

    @Test
    void endsAtItsTimeLimitWithTheLastState() {
        // Given
        StreamView view = view(student("dfnd", StudentState.STUDENT_STATE_TRAINING, 7, 0));

        // When // Then
        assertThatCode(() -> view.requireWithin(MINUTE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> view.requireWithin(Duration.ofSeconds(59)))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("the time limit of 59 s has passed; the last state: [1:00]")
                .hasMessageContaining("dfnd: step 7");
    }

    private static StreamView view(StudentStatus... students) {
        PipelineStatus status =
                PipelineStatus.newBuilder().addAllStudents(List.of(students)).build();
        return new StreamView(status, true, MINUTE, 100);
    }

    private static StudentStatus student(String name, StudentState state, long step, long committed) {
        return StudentStatus.newBuilder()
                .setStudent(name)
                .setState(state)
                .setStep(step)
                .setCheckpointStep(committed)
                .build();
    }

    private static PipelineStatus status(long records, long dead, long teacherLag, long selectorLag) {
        return PipelineStatus.newBuilder()
                .setTeacher(StageStatus.newBuilder()
                        .setRecords(records)
                        .setDeadLetters(dead)
                        .setLag(teacherLag))
                .setSelector(StageStatus.newBuilder().setLag(selectorLag))
                .build();
    }
}
