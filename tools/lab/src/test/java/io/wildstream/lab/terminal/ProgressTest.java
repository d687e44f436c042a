// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void saysEverythingInOneLine() {
        // Given
        Progress progress =
                new Progress(status(StudentState.STUDENT_STATE_TRAINING, 300, 250), 1000, Duration.ofSeconds(60));

        // When
        String line = progress.line();

        // Then
        assertThat(line)
                .isEqualTo("[1:00] ingested 800/1,000, teacher 500/1,000, selected dfnd 140;"
                        + " dfnd: step 300/1,200 trained 128 loss 1.250 agreement 81.3 % accuracy 75.0 %; left 3:00");
    }

    @Test
    void drawsOneLineForEachStageCurriculumAndStudent() {
        // Given
        Progress progress =
                new Progress(status(StudentState.STUDENT_STATE_TRAINING, 300, 250), 1000, Duration.ofSeconds(60));

        // When
        var block = progress.block();

        // Then
        assertThat(block).hasSize(6).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
        assertThat(block.get(4)).isEqualTo("            trained 128 loss 1.250 agreement 81.3 % accuracy 75.0 %");
        assertThat(block.get(0)).startsWith("  ingested  [###################.....]");
        assertThat(block.get(2)).contains("140 (27.0 %)");
    }

    @Test
    void countsNoMarkersOfTransactionsAsAnsweredOrSelected() {
        // Given
        Progress progress =
                new Progress(status(StudentState.STUDENT_STATE_TRAINING, 300, 250), 1000, Duration.ofSeconds(60));

        // When
        var block = progress.block();

        // Then
        assertThat(block.get(1)).isEqualTo("  teacher   [############............] 500/1,000");
        assertThat(block.get(2)).endsWith("(27.0 %)");
    }

    @Test
    void isFinishedWhenTheLastStepIsCommitted() {
        // Given
        PipelineStatus uncommitted = status(StudentState.STUDENT_STATE_FINISHED, 1200, 1100);
        PipelineStatus committed = status(StudentState.STUDENT_STATE_FINISHED, 1200, 1200);

        // When
        boolean before = new Progress(uncommitted, 1000, Duration.ZERO).finished(List.of("dfnd"));
        boolean after = new Progress(committed, 1000, Duration.ZERO).finished(List.of("dfnd"));
        boolean withAnotherStudent = new Progress(committed, 1000, Duration.ZERO).finished(List.of("dfnd", "random"));

        // Then
        assertThat(before).isFalse();
        assertThat(after).isTrue();
        assertThat(withAnotherStudent).isFalse();
    }

    @Test
    void isFinishedWhileAStudentLearnsThatNobodyWaitsFor() {
        // Given
        PipelineStatus status = status(StudentState.STUDENT_STATE_FINISHED, 1200, 1200).toBuilder()
                .addStudents(StudentStatus.newBuilder()
                        .setStudent("another")
                        .setState(StudentState.STUDENT_STATE_TRAINING)
                        .setStep(3))
                .build();

        // When
        Progress progress = new Progress(status, 1000, Duration.ZERO);

        // Then
        assertThat(progress.finished(List.of("dfnd"))).isTrue();
        assertThat(progress.finished(List.of("another"))).isFalse();
    }

    @Test
    void showsTheTimeThatIsLeftFromTheFirstUsableRateOn() {
        // Given
        PipelineStatus before = PipelineStatus.newBuilder()
                .setIngest(StageStatus.newBuilder().setRecords(30))
                .setTeacher(StageStatus.newBuilder().setLag(10))
                .addStudents(StudentStatus.newBuilder().setStudent("dfnd").setMaxSteps(1200))
                .build();
        PipelineStatus begun = before.toBuilder()
                .setStudents(0, before.getStudents(0).toBuilder().setStep(12))
                .build();

        // When // Then
        assertThat(new Progress(before, 1000, Duration.ofSeconds(1)).remaining())
                .isZero();
        assertThat(new Progress(before, 1000, Duration.ofSeconds(2)).remaining())
                .hasSeconds(98);
        assertThat(new Progress(begun, 1000, Duration.ofSeconds(3)).remaining()).hasSeconds(297);
    }

    @Test
    void saysNothingOfTheEndBeforeTheFirstSteps() {
        // Given
        Progress progress = new Progress(PipelineStatus.getDefaultInstance(), 0, Duration.ofSeconds(3));

        // When
        Duration remaining = progress.remaining();

        // Then
        assertThat(remaining).isZero();
        assertThat(progress.line()).contains("no student").endsWith("left -");
    }

    private static PipelineStatus status(StudentState state, long step, long committed) {
        return PipelineStatus.newBuilder()
                .setIngest(StageStatus.newBuilder().setRecords(800).setRecordsPerSecond(100))
                .setTeacher(StageStatus.newBuilder().setRecords(900).setLag(300))
                .addInstances(Heartbeat.selector("selector", 1, 135, 365))
                .addCurricula(CurriculumStatus.newBuilder().setName("dfnd").setRecords(140))
                .addStudents(StudentStatus.newBuilder()
                        .setStudent("dfnd")
                        .setState(state)
                        .setStep(step)
                        .setMaxSteps(1200)
                        .setCheckpointStep(committed)
                        .setTrained(128)
                        .putLosses("total", 1.25)
                        .setAgreement(0.8125)
                        .setHoldoutAccuracy(0.75))
                .build();
    }
}
