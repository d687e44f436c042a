// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.contracts.v1.StudentStatus;
import org.junit.jupiter.api.Test;

class RatesTest {

    @Test
    void measuresEachInstanceBetweenItsOwnHeartbeatsAndAddsThemUp() {
        // Given
        PipelineStatus before = Heartbeat.status(
                        100,
                        Heartbeat.teacher("teacher-0", 0, 99, 1000),
                        Heartbeat.teacher("teacher-1", 0, 98.5, 50),
                        Heartbeat.selector("selector", 99, 40, 60),
                        Heartbeat.trainer(99, student(256)))
                .build();
        PipelineStatus after = Heartbeat.status(
                        103,
                        Heartbeat.teacher("teacher-0", 0, 101, 1020),
                        Heartbeat.teacher("teacher-1", 0, 102.5, 60),
                        Heartbeat.selector("selector", 103, 60, 140),
                        Heartbeat.trainer(101, student(320)))
                .build();

        // When
        Rates rates = new Rates(before, after);

        // Then
        assertThat(rates.teacher()).hasValue(10 + 2.5);
        assertThat(rates.curriculum("dfnd")).hasValue(5);
        assertThat(rates.student("dfnd")).hasValue(32);
        assertThat(rates.complete()).isTrue();
    }

    @Test
    void countsNoMarkersOfTransactions() {
        // Given
        PipelineStatus before = Heartbeat.status(100, Heartbeat.teacher("teacher", 0, 99, 10))
                .setTeacher(StageStatus.newBuilder().setRecords(20).setRecordsPerSecond(2))
                .build();
        PipelineStatus after = Heartbeat.status(102, Heartbeat.teacher("teacher", 0, 101, 12))
                .setTeacher(StageStatus.newBuilder().setRecords(24).setRecordsPerSecond(2))
                .build();

        // When
        Rates rates = new Rates(before, after);

        // Then
        assertThat(rates.teacher()).hasValue(1);
    }

    @Test
    void leavesOutAnInstanceThatWasStartedAgainOrWasNotHeardAgain() {
        // Given
        PipelineStatus before = Heartbeat.status(
                        100, Heartbeat.teacher("teacher", 0, 99, 1000), Heartbeat.selector("selector", 99, 40, 60))
                .build();
        PipelineStatus after = Heartbeat.status(
                        102, Heartbeat.teacher("teacher", 100, 101, 5), Heartbeat.selector("selector", 99, 40, 60))
                .build();

        // When
        Rates rates = new Rates(before, after);

        // Then
        assertThat(rates.teacher()).isEmpty();
        assertThat(rates.curriculum("dfnd")).isEmpty();
        assertThat(rates.student("dfnd")).isEmpty();
        assertThat(rates.complete()).isFalse();
    }

    @Test
    void waitsForNoInstanceThatIsSilent() {
        // Given
        PipelineStatus before = Heartbeat.status(
                        100, Heartbeat.teacher("teacher", 0, 70, 1000), Heartbeat.selector("selector", 99, 40, 60))
                .build();
        PipelineStatus after = Heartbeat.status(
                        102, Heartbeat.teacher("teacher", 0, 70, 1000), Heartbeat.selector("selector", 101, 42, 60))
                .build();

        // When
        Rates rates = new Rates(before, after);

        // Then
        assertThat(rates.complete()).isTrue();
        assertThat(rates.curriculum("dfnd")).hasValue(1);
    }

    @Test
    void isZeroForAStudentThatWasTakenBack() {
        // Given
        PipelineStatus before =
                Heartbeat.status(100, Heartbeat.trainer(99, student(256))).build();
        PipelineStatus after =
                Heartbeat.status(102, Heartbeat.trainer(101, student(128))).build();

        // When
        Rates rates = new Rates(before, after);

        // Then
        assertThat(rates.student("dfnd")).hasValue(0);
    }

    private static StudentStatus student(long trained) {
        return StudentStatus.newBuilder().setStudent("dfnd").setTrained(trained).build();
    }
}
