// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TrainerStatusTest {

    private final TrainerStatus status = new TrainerStatus("anna");

    @Test
    void aNewStudentWaits() {
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_WAITING);
        assertThat(status.student().getStudent()).isEqualTo("anna");
        assertThat(status.problem()).isEmpty();
        assertThat(status.broken()).isNull();
        assertThat(status.observedGeneration()).isZero();
    }

    @Test
    void onlyChangesAreReported() {
        // Given
        AtomicInteger changes = new AtomicInteger();
        status.onChange(changes::incrementAndGet);

        // When
        status.show(StudentState.STUDENT_STATE_TRAINING, "");
        status.show(StudentState.STUDENT_STATE_TRAINING, "");
        status.show(StudentState.STUDENT_STATE_FAILED, "no disk");
        status.show(StudentState.STUDENT_STATE_FAILED, "no broker");
        status.observe(3);
        status.observe(3);

        // Then
        assertThat(changes).hasValue(4);
        assertThat(status.problem()).isEqualTo("no broker");
        assertThat(status.observedGeneration()).isEqualTo(3);
    }

    @Test
    void aFailureWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> status.show(StudentState.STUDENT_STATE_FAILED, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a failed student must say why");
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_WAITING);
    }

    @Test
    void theHeartbeatHoldsTheStudentItsProblemAndTheGenerationThatIsCarriedOut() {
        // Given
        status.publish(StudentStatus.newBuilder().setStep(12));
        status.observe(7);
        status.showEnd("interrupted");

        // When
        InstanceStatus.Builder heartbeat = InstanceStatus.newBuilder();
        status.describe(heartbeat);

        // Then
        assertThat(heartbeat.getStudent().getStep()).isEqualTo(12);
        assertThat(heartbeat.getStudent().getState()).isEqualTo(StudentState.STUDENT_STATE_FAILED);
        assertThat(heartbeat.getProblem()).isEqualTo("interrupted");
        assertThat(heartbeat.getObservedGenerationsMap()).containsEntry(ControlKeys.student("anna"), 7L);
    }

    @Test
    void aTrainerThatCannotReadItsCommandsSaysSo() {
        // Given
        AtomicReference<String> obstacle = new AtomicReference<>("");
        status.onControl(obstacle::get);
        status.show(StudentState.STUDENT_STATE_FAILED, "no disk");

        // When
        obstacle.set("topic control is no longer read");

        // Then
        assertThat(status.problem()).isEqualTo("no disk; topic control is no longer read");
        InstanceStatus.Builder heartbeat = InstanceStatus.newBuilder();
        status.describe(heartbeat);
        assertThat(heartbeat.getProblem()).isEqualTo(status.problem());
    }

    @Test
    void noGenerationIsReportedBeforeTheFirstCommand() {
        // When
        InstanceStatus.Builder heartbeat = InstanceStatus.newBuilder();
        status.describe(heartbeat);

        // Then
        assertThat(heartbeat.getObservedGenerationsMap()).isEmpty();
        assertThat(heartbeat.getProblem()).isEmpty();
    }

    @Test
    void aReasonIsNeverBlank() {
        assertThat(Reasons.of(new IllegalStateException("no disk"))).isEqualTo("no disk");
        assertThat(Reasons.of(new IllegalStateException(" "))).isEqualTo("java.lang.IllegalStateException:  ");
        assertThat(Reasons.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }
}
