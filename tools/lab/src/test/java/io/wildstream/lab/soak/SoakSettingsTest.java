// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoakSettingsTest {

    @Test
    void doNotJudgeTheFirstThirdAndTwoMinutesAtLeast() {
        assertThat(settings(Duration.ofMinutes(3), 100).warmUp()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings(Duration.ofMinutes(6), 100).warmUp()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings(Duration.ofMinutes(60), 100).warmUp()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void overloadIsFeedingWithoutAPace() {
        assertThat(settings(Duration.ofMinutes(3), Double.POSITIVE_INFINITY).overload())
                .isTrue();
        assertThat(settings(Duration.ofMinutes(3), 100).overload()).isFalse();
    }

    @Test
    void makeAWorkloadOfBuiltInImagesWhoseStudentsHaveNoEnd() {
        // When
        WorkloadSettings workload = settings(Duration.ofMinutes(3), 100).workload();

        // Then
        assertThat(workload.data().original()).isNull();
        assertThat(workload.student().steps()).isZero();
        assertThat(workload.student().replayRatio()).isEqualTo(SoakSettings.REHEARSAL_RATIO);
        assertThat(workload.curricula()).containsExactly("dfnd", "random");
        assertThat(workload.seed()).isEqualTo(5);
        assertThat(workload.run().samplesPerSecond()).isEqualTo(100);
        assertThat(workload.run().evaluate()).isTrue();
        assertThat(workload.run().keep()).isFalse();
    }

    static SoakSettings settings(Duration length, double samplesPerSecond) {
        return new SoakSettings(length, samplesPerSecond, 20_000, List.of("dfnd", "random"), 2000, null, 5, null);
    }
}
