// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartProgressTest {

    private final AtomicLong nanos = new AtomicLong();
    private final StartProgress progress = new StartProgress(nanos::get);

    @Test
    void saysOfEachProcessWhetherItIsReadyAndAfterHowLong() {
        // Given
        progress.starting("broker");
        pass(1200);
        assertThat(progress.ready("broker")).isTrue();
        progress.starting("gateway");
        progress.starting("teacher");

        // When
        pass(3400);
        progress.ready("teacher");
        pass(600);

        // Then
        assertThat(progress.text()).isEqualTo("broker ready 1.2 s, gateway starting 4.0 s, teacher ready 3.4 s");
        assertThat(progress.ready("broker")).as("ready again").isFalse();
    }

    private void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}
