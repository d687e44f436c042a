// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.trainer.StudentLife.Fenced;
import io.wildstream.trainer.StudentLife.Held;
import io.wildstream.trainer.StudentLife.Learning;
import io.wildstream.trainer.StudentLife.Refused;
import io.wildstream.trainer.control.TrainerStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StudentLifecycleTest {

    private static final CheckpointManifest LAST =
            CheckpointManifest.newBuilder().setStep(60).setFinished(true).build();

    private final TrainerStatus status = new TrainerStatus("anna");
    private final StudentLifecycle life = new StudentLifecycle(status);
    private final List<String> reported = new ArrayList<>();

    @BeforeEach
    void listen() {
        status.onChange(() -> reported.add(status.student().getState() + " " + status.problem()));
    }

    @Test
    void anOrdinaryLifeIsReportedStepByStep() {
        // When
        life.failed("topics are missing");
        life.waiting();
        life.learning();
        life.paused();
        life.learning();
        life.finished(LAST);

        // Then
        assertThat(reported)
                .containsExactly(
                        "STUDENT_STATE_FAILED topics are missing",
                        "STUDENT_STATE_WAITING ",
                        "STUDENT_STATE_TRAINING ",
                        "STUDENT_STATE_PAUSED ",
                        "STUDENT_STATE_TRAINING ",
                        "STUDENT_STATE_FINISHED ");
        assertThat(life.result()).isEqualTo(LAST);
        assertThat(status.broken()).isNull();
    }

    @Test
    void aLeaseThatIsLostWhileACheckpointIsRetriedLeavesTheReasonOfTheCheckpoint() {
        // Given
        life.learning();
        life.hold("the disk is full");

        // When
        life.hold("no lease");
        life.resume();

        // Then: the state that is reported always has its reason
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_FAILED);
        assertThat(status.problem()).isEqualTo("the disk is full");
        life.resume();
        assertThat(life.state()).isEqualTo(new Learning());
        assertThat(status.problem()).isEmpty();
    }

    @Test
    void theReasonOfAWaitCanChange() {
        // Given
        life.learning();
        life.hold("the disk is full");

        // When
        life.changeReason("the disk is gone");

        // Then
        assertThat(life.state()).isEqualTo(new Held("the disk is gone", new Learning()));
        assertThat(reported).last().isEqualTo("STUDENT_STATE_FAILED the disk is gone");
    }

    @Test
    void aFinishedStudentKeepsItsResultWhileItWaits() {
        // Given
        life.learning();
        life.finished(LAST);

        // When
        life.hold("no lease");

        // Then
        assertThat(life.result()).isEqualTo(LAST);
        life.resume();
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_FINISHED);
    }

    @Test
    void aRollbackLetsAFinishedStudentLearnAgainAndLeavesOthersAsTheyAre() {
        // Given
        life.learning();
        life.diverged("the loss is NaN");

        // When
        life.rolledBack();
        String afterDivergence = status.problem();
        life.learning();
        life.finished(LAST);
        life.rolledBack();

        // Then
        assertThat(afterDivergence).isEqualTo("the loss is NaN");
        assertThat(life.state()).isEqualTo(new Learning());
        assertThat(life.result()).isNull();
    }

    @Test
    void theEndOfTheThreadIsReportedAsBroken() {
        // Given
        life.learning();

        // When
        life.fenced("another trainer has taken over student 'anna'");

        // Then
        assertThat(life.state()).isInstanceOf(Fenced.class);
        assertThat(status.broken()).isEqualTo("another trainer has taken over student 'anna'");
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_FAILED);
        assertThatThrownBy(life::learning).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> life.failed("more")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> life.broken("more")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void kafkaCanRefuseATrainerThatWaits() {
        // When
        life.refused("no permission");

        // Then
        assertThat(life.state()).isEqualTo(new Refused("no permission"));
        assertThat(status.broken()).isEqualTo("no permission");
    }

    @Test
    void whatAStateDoesNotAllowIsRefusedAndChangesNothing() {
        assertThatThrownBy(life::paused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a student cannot be paused while it is Waiting[]");
        assertThatThrownBy(() -> life.diverged("NaN")).hasMessageContaining("cannot diverge");
        assertThatThrownBy(life::resume).hasMessageContaining("cannot resume");
        assertThatThrownBy(() -> life.changeReason("x")).hasMessageContaining("cannot be held on");
        life.learning();
        assertThatThrownBy(life::waiting).hasMessageContaining("cannot wait");
        life.paused();
        assertThatThrownBy(() -> life.finished(LAST)).hasMessageContaining("cannot finish");
        assertThat(reported).containsExactly("STUDENT_STATE_TRAINING ", "STUDENT_STATE_PAUSED ");
    }

    @Test
    void numbersArePublishedApartFromTheState() {
        // Given
        life.learning();

        // When
        life.publish(StudentStatus.newBuilder().setStep(7));

        // Then
        assertThat(status.student().getStep()).isEqualTo(7);
        assertThat(status.student().getStudent()).isEqualTo("anna");
        assertThat(status.student().getState()).isEqualTo(StudentState.STUDENT_STATE_TRAINING);
    }
}
