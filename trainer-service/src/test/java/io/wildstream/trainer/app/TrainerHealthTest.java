// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.trainer.control.TrainerStatus;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class TrainerHealthTest {

    private final TrainerStatus status = new TrainerStatus("anna");
    private final TrainerHealth health = new TrainerHealth(status);

    @Test
    void aStudentThatLearnsIsLiveAndReady() {
        // Given
        status.show(StudentState.STUDENT_STATE_TRAINING, "");
        status.publish(StudentStatus.newBuilder().setStep(5));

        // When
        HealthCheckResponse ready = health.student().call();

        // Then
        assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        assertThat(ready.getData().orElseThrow())
                .containsEntry("state", "STUDENT_STATE_TRAINING")
                .containsEntry("step", 5L)
                .containsEntry("problem", "");
        assertThat(health.training().call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    @Test
    void aRefusedSpecIsNotReadyButLive() {
        // When
        status.show(StudentState.STUDENT_STATE_FAILED, "batch_size: must be in [1, 65536]");

        // Then
        assertThat(health.student().call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(health.training().call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    @Test
    void aThreadThatHasEndedIsNotLive() {
        // When
        status.showEnd("another trainer has taken over student 'anna'");

        // Then
        HealthCheckResponse live = health.training().call();
        assertThat(live.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(live.getData().orElseThrow())
                .containsEntry("problem", "another trainer has taken over student 'anna'");
    }
}
