// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    @Test
    void showsRecordsRateAndLagOfEachStageInColumns() {
        // Given
        StudentStatus early = student(256).build();
        StudentStatus late = student(384)
                .setLag(12345)
                .setStep(45)
                .setMaxSteps(600)
                .setAgreement(0.5)
                .setHoldoutAccuracy(0.75)
                .putLosses("total", 1.25)
                .setState(StudentState.STUDENT_STATE_PAUSED)
                .build();
        PipelineStatus before = Heartbeat.status(
                        100,
                        Heartbeat.teacher("teacher", 0, 99, 1000),
                        Heartbeat.selector("selector", 99, 150, 800),
                        Heartbeat.trainer(99, early))
                .build();
        PipelineStatus after = Heartbeat.status(
                        102,
                        Heartbeat.teacher("teacher", 0, 101, 2500),
                        Heartbeat.selector("selector", 101, 160, 840),
                        Heartbeat.trainer(101, late))
                .setIngest(StageStatus.newBuilder().setRecords(29_947).setRecordsPerSecond(812.345))
                .setTeacher(
                        StageStatus.newBuilder().setRecords(20_001).setLag(9946).setDeadLetters(3))
                .setSelector(StageStatus.newBuilder().setLag(17))
                .addCurricula(CurriculumStatus.newBuilder()
                        .setName("dfnd")
                        .setRecords(170)
                        .setPolicy(SelectionPolicy.newBuilder()
                                .setKeepRate(KeepRatePolicy.newBuilder().setRate(0.2))))
                .addStudents(late)
                .build();

        // When
        List<String> lines = lines(before, after);

        // Then
        assertThat(lines.subList(0, 8))
                .containsExactly(
                        "  stage                records   samples/s       lag",
                        "  ingest                29,947       812.3         -",
                        "  teacher               20,001       750.0     9,946   3 dead letters",
                        "  selector                   -           -        17",
                        "  curriculum dfnd          170         5.0         -",
                        "             keeps 16.0 %, its policy wants 20.0 %",
                        "  student    dfnd          384        64.0    12,345",
                        "             step 45/600 loss 1.250 agreement 50.0 % accuracy 75.0 % paused")
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines).last().asString().contains("over the last 2 s");
        assertThat(lines).noneMatch(line -> line.startsWith("  problem") || line.startsWith("  drift"));
    }

    @Test
    void showsTheNewestDriftOfEachSelector() {
        // Given
        PipelineStatus status = Heartbeat.status(
                        100,
                        Heartbeat.teacher("teacher", 0, 99, 1),
                        drifted(
                                "selector-1",
                                DriftEvent.newBuilder()
                                        .setSignal(DriftEvent.Signal.SIGNAL_CLASS_MIX)
                                        .setPseudoLabel(7)
                                        .setPartition(3)
                                        .setOffset(1234)
                                        .setBefore(0.1)
                                        .setAfter(0.4)),
                        drifted(
                                "selector-0",
                                DriftEvent.newBuilder()
                                        .setSignal(DriftEvent.Signal.SIGNAL_NOISE_VALUE)
                                        .setPartition(1)
                                        .setOffset(99)
                                        .setBefore(0.25)
                                        .setAfter(0.875)))
                .build();

        // When
        List<String> lines = lines(status, status);

        // Then
        assertThat(lines.stream().filter(line -> line.startsWith("  drift")))
                .containsExactly(
                        "  drift      selector-0: mean noise value 0.250 -> 0.875 at partition 1, offset 99; 2 since its start",
                        "  drift      selector-1: share of class 7 0.100 -> 0.400 at partition 3, offset 1,234; 2 since its"
                                + " start");
    }

    @Test
    void saysWhatIsWrongAndWhoIsNotHeard() {
        // Given
        InstanceStatus unwell = Heartbeat.trainer(99, student(1).build()).toBuilder()
                .setProblem("the loss is NaN or infinite")
                .build();
        PipelineStatus status = Heartbeat.status(100, Heartbeat.teacher("teacher", 0, 77, 1), unwell)
                .addProblems("record 7 of control has the key '\u001b[2Jevil\n'")
                .build();

        // When
        List<String> lines = lines(status, status);

        // Then
        assertThat(lines.stream().filter(line -> line.startsWith("  problem")))
                .containsExactly(
                        "  problem    no teacher is alive",
                        "  problem    no selector is alive",
                        "  problem    record 7 of control has the key '?[2Jevil?'",
                        "  problem    teacher: no heartbeat for 23 s",
                        "  problem    trainer-dfnd: the loss is NaN or infinite");
    }

    @Test
    void saysHowManySamplesAStudentLeftOutBecauseTheyAreMissing() {
        // Given
        StudentStatus student = student(90)
                .setMissing(1010)
                .setState(StudentState.STUDENT_STATE_TRAINING)
                .build();
        PipelineStatus status = Heartbeat.status(100, Heartbeat.trainer(99, student))
                .addStudents(student)
                .build();

        // When
        List<String> lines = lines(status, status);

        // Then
        assertThat(lines)
                .containsSubsequence(
                        "  student    dfnd           90           -         0   step 0 agreement 0.0 %",
                        "             1,010 left out: gone from their store, or changed there");
    }

    @Test
    void hasADashForARateThatWasNotMeasured() {
        // Given
        PipelineStatus status = Heartbeat.status(100, Heartbeat.teacher("teacher", 0, 99, 1))
                .setIngest(StageStatus.newBuilder().setRecords(7))
                .setTeacher(StageStatus.newBuilder()
                        .setRecords(9)
                        .setRecordsPerSecond(3)
                        .setLag(2))
                .build();

        // When
        List<String> lines = lines(status, status);

        // Then
        assertThat(lines.get(2).strip().split("\\s+")).containsExactly("teacher", "5", "-", "2");
    }

    private static List<String> lines(PipelineStatus before, PipelineStatus after) {
        return new StatusText(new Rates(before, after)).lines();
    }

    private static StudentStatus.Builder student(long trained) {
        return StudentStatus.newBuilder().setStudent("dfnd").setTrained(trained);
    }

    private static InstanceStatus drifted(String name, DriftEvent.Builder drift) {
        InstanceStatus.Builder selector = Heartbeat.selector(name, 99, 1, 1).toBuilder();
        selector.getSelectorBuilder().setDrifts(2).setLastDrift(drift);
        return selector.build();
    }
}
