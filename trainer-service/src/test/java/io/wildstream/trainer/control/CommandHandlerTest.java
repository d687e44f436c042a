// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.StudentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandHandlerTest {

    private final TrainerStatus status = new TrainerStatus("anna");
    private final Desired desired = new Desired();
    private final CommandHandler handler = new CommandHandler(desired, status, "main");
    private final List<String> done = new ArrayList<>();

    /** Desired states in memory; each wait for a change brings the next planned one. */
    private static final class Desired implements DesiredStates {

        private final List<Commands.DesiredState> planned = new ArrayList<>();
        private Commands.@Nullable DesiredState newest;
        private int waits;

        void set(long generation, UnaryOperator<StudentSpec.Builder> spec) {
            newest = state(generation, spec);
        }

        void plan(long generation, UnaryOperator<StudentSpec.Builder> spec) {
            planned.add(state(generation, spec));
        }

        private static Commands.DesiredState state(long generation, UnaryOperator<StudentSpec.Builder> spec) {
            return new Commands.DesiredState(
                    spec.apply(StudentSpec.newBuilder().setCurriculum("main")).build(), generation);
        }

        @Override
        public Commands.@Nullable DesiredState newest() {
            return newest;
        }

        @Override
        public void awaitChange(long generation) {
            waits++;
            if (!planned.isEmpty()) {
                newest = planned.remove(0);
            }
        }
    }

    @Test
    void aCommandIsCarriedOutOnceAndReported() throws Exception {
        // Given
        desired.set(4, spec -> spec.setCheckpointRequest(9));

        // When
        handler.apply(() -> done.add("hold"), request -> done.add("checkpoint " + request));
        handler.apply(() -> done.add("hold"), request -> done.add("checkpoint " + request));

        // Then
        assertThat(done).containsExactly("checkpoint 9");
        assertThat(status.observedGeneration()).isEqualTo(4);
    }

    @Test
    void nothingIsCarriedOutBeforeTheFirstCommandOrWithoutCommands() throws Exception {
        // When
        handler.apply(() -> done.add("hold"), request -> done.add("checkpoint"));
        CommandHandler verification = new CommandHandler(null, status, "main");
        verification.apply(() -> done.add("hold"), request -> done.add("checkpoint"));
        verification.serve(() -> true, request -> done.add("checkpoint"));
        verification.awaitResume(() -> true, request -> done.add("checkpoint"));

        // Then
        assertThat(done).isEmpty();
        assertThat(verification.rollback()).isNull();
        assertThat(status.observedGeneration()).isZero();
    }

    @Test
    void aPauseHoldsTheStudentAndIsCarriedOutAgainUntilItEnds() throws Exception {
        // Given
        desired.set(2, spec -> spec.setPaused(true));

        // When
        handler.apply(() -> done.add("hold"), request -> {});
        handler.apply(() -> done.add("hold"), request -> {});
        desired.set(3, spec -> spec);
        handler.apply(() -> done.add("hold"), request -> {});

        // Then
        assertThat(done).containsExactly("hold", "hold");
        assertThat(status.observedGeneration()).isEqualTo(3);
    }

    @Test
    void aPausedStudentAnswersCheckpointRequestsAndResumes() throws Exception {
        // Given
        desired.set(2, spec -> spec.setPaused(true).setCheckpointRequest(1));
        desired.plan(3, spec -> spec.setPaused(true).setCheckpointRequest(2));
        desired.plan(4, spec -> spec.setCheckpointRequest(2));

        // When
        handler.awaitResume(() -> true, request -> done.add("checkpoint " + request));

        // Then
        assertThat(done).containsExactly("checkpoint 1", "checkpoint 2", "checkpoint 2");
        assertThat(desired.waits).isEqualTo(2);
        assertThat(status.observedGeneration()).isEqualTo(4);
    }

    @Test
    void aPauseEndsWithTheProcessOrWithARollback() throws Exception {
        // Given
        desired.set(2, spec -> spec.setPaused(true));

        // When
        handler.awaitResume(() -> false, request -> done.add("checkpoint"));
        desired.set(
                3,
                spec -> spec.setPaused(true)
                        .setRollback(RollbackRequest.newBuilder().setRequest(1)));
        handler.awaitResume(() -> true, request -> done.add("checkpoint"));

        // Then
        assertThat(done).isEmpty();
        assertThat(desired.waits).isZero();
    }

    @Test
    void aRollbackIsWantedUntilItIsAnswered() {
        // Given
        desired.set(
                5,
                spec -> spec.setRollback(
                        RollbackRequest.newBuilder().setRequest(3).setStep(40)));

        // When
        RollbackRequest wanted = handler.rollback();
        handler.answeredRollback(3);
        handler.answeredRollback(2);

        // Then
        assertThat(wanted).isNotNull();
        assertThat(wanted.getStep()).isEqualTo(40);
        assertThat(handler.rollback()).isNull();
        desired.set(6, spec -> spec.setRollback(RollbackRequest.newBuilder().setRequest(4)));
        assertThat(handler.rollback()).isNotNull();
    }

    @Test
    void aFinishedStudentAnswersCheckpointRequestsUntilItIsRolledBack() throws Exception {
        // Given
        desired.plan(2, spec -> spec.setCheckpointRequest(1));
        desired.plan(3, spec -> spec.setCheckpointRequest(2));
        desired.plan(4, spec -> spec.setRollback(RollbackRequest.newBuilder().setRequest(1)));

        // When
        handler.serve(() -> true, request -> done.add("checkpoint " + request));

        // Then
        assertThat(done).containsExactly("checkpoint 1", "checkpoint 2");
        assertThat(status.observedGeneration()).isEqualTo(3);
    }

    @Test
    void anotherCurriculumIsNotTakenOverButTheRestIs() throws Exception {
        // Given
        desired.set(8, spec -> spec.setCurriculum("other").setCheckpointRequest(1));

        // When
        handler.apply(() -> done.add("hold"), request -> done.add("checkpoint " + request));

        // Then
        assertThat(done).containsExactly("checkpoint 1");
        assertThat(status.observedGeneration()).isEqualTo(8);
    }
}
