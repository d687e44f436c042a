// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosTextTest {

    private static final Fault KILL = new Fault(1, 60, "broker", FaultKind.KILL, 0);
    private static final Fault STOP = new Fault(2, 1234, "trainer-dfnd", FaultKind.LONG_STOP, 12_340);

    @Test
    void saysWhatAFaultDoes() {
        assertThat(ChaosText.what(KILL)).isEqualTo("kill broker");
        assertThat(ChaosText.what(STOP)).isEqualTo("long_stop trainer-dfnd 12.3 s");
    }

    @Test
    void showsFourFaultsOfAPlanInALine() {
        // Given
        FaultPlan plan = new FaultPlan(List.of(KILL, STOP, KILL, KILL, STOP));

        // When
        List<String> lines = ChaosText.lines(plan);

        // Then
        assertThat(lines)
                .containsExactly(
                        "plan        60: kill broker; 1,234: long_stop trainer-dfnd 12.3 s; 60: kill broker; 60: kill"
                                + " broker",
                        "plan        1,234: long_stop trainer-dfnd 12.3 s");
    }
}
