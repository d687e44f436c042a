// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StudentStatus;
import org.junit.jupiter.api.Test;

class AccuracyHistoryTest {

    private final AccuracyHistory history = new AccuracyHistory();

    @Test
    void keepsEachMeasurementOnce() {
        // When
        history.add(status("dfnd", 10, 0.5));
        history.add(status("dfnd", 12, 0.5));
        history.add(status("dfnd", 20, 0.6));
        history.add(status("random", 20, 0.5));

        // Then
        assertThat(history.points().get("dfnd"))
                .containsExactly(new AccuracyHistory.Point(10, 0.5), new AccuracyHistory.Point(20, 0.6));
        assertThat(history.points().get("random")).containsExactly(new AccuracyHistory.Point(20, 0.5));
    }

    @Test
    void leavesOutStudentsThatWereNotMeasured() {
        // Given
        PipelineStatus status = PipelineStatus.newBuilder()
                .addStudents(StudentStatus.newBuilder().setStudent("dfnd").setStep(5))
                .build();

        // When
        history.add(status);

        // Then
        assertThat(history.points()).isEmpty();
    }

    static PipelineStatus status(String student, long step, double accuracy) {
        return PipelineStatus.newBuilder()
                .addStudents(StudentStatus.newBuilder()
                        .setStudent(student)
                        .setStep(step)
                        .setHoldoutAccuracy(accuracy))
                .build();
    }
}
