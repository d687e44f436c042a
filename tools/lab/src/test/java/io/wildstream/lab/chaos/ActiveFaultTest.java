// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActiveFaultTest {

    private static final Fault STOP = new Fault(2, 1200, "teacher-0", FaultKind.STOP, 2500);

    @Test
    void isReportedInSecondsWithTheTimeOfTheRecovery() {
        // Given
        ActiveFault fault = new ActiveFault(STOP, 17, 4000);

        // When
        fault.release();
        fault.recovered(7500);

        // Then
        assertThat(fault.released()).isTrue();
        assertThat(fault.recoveryMillis()).isEqualTo(3500);
        assertThat(fault.event()).isEqualTo(new ChaosReport.Event(4, 1200, "teacher-0", "stop", 2.5, 3.5));
    }

    @Test
    void hasNoRecoveryWhileItsVictimDoesNotWork() {
        // Given
        ActiveFault fault = new ActiveFault(STOP, 17, 4000);

        // When // Then
        assertThat(fault.released()).isFalse();
        assertThat(fault.pid()).isEqualTo(17);
        assertThat(fault.recoveryMillis()).isEqualTo(-1);
    }
}
