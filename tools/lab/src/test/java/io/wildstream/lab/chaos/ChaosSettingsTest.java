// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.lab.workload.TestWorkloads;
import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosSettingsTest {

    @Test
    void leaveTimeForEachFaultWhereNoPaceIsNamed() {
        // Given
        ChaosSettings settings = new ChaosSettings(workload(Double.POSITIVE_INFINITY), 20);

        // When // Then
        assertThat(settings.pace(9000)).isCloseTo(100, within(1e-9));
        assertThat(settings.pace(9)).isEqualTo(1);
    }

    @Test
    void takeAPaceThatIsNamed() {
        assertThat(new ChaosSettings(workload(37), 20).pace(9000)).isEqualTo(37);
    }

    private static WorkloadSettings workload(double samplesPerSecond) {
        WorkloadSettings usual = TestWorkloads.settings(List.of("dfnd"), null);
        return new WorkloadSettings(
                usual.data(),
                usual.teacher(),
                usual.student(),
                usual.curricula(),
                usual.rate(),
                usual.seed(),
                new WorkloadSettings.RunSettings(samplesPerSecond, Duration.ofMinutes(5), null, false, true, false));
    }
}
