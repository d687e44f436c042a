// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.workload.TestWorkloads;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class GatedSamplesTest {

    private final WildMixture mixture = TestWorkloads.mixture();

    @Test
    void comeInTheirOrderWhileTheGateIsOpen() {
        // Given
        Gate gate = new Gate(mixture.size());
        GatedSamples samples = new GatedSamples(mixture, gate);

        // When // Then
        for (int i = 0; i < mixture.size(); i++) {
            assertThat(samples).hasNext();
            assertThat(samples.next()).isEqualTo(mixture.entry(i).sample());
        }
        assertThat(samples.hasNext()).isFalse();
        assertThat(gate.passed()).isEqualTo(mixture.size());
        assertThatThrownBy(samples::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void waitAtAClosedGateUntilTheFeedingIsInterrupted() throws InterruptedException {
        // Given
        GatedSamples samples = new GatedSamples(mixture, new Gate(1));
        Sample first = samples.next();
        Throwable[] failure = new Throwable[1];
        Thread feeder = new Thread(() -> {
            try {
                samples.next();
            } catch (ClusterException e) {
                failure[0] = e;
            }
        });

        // When
        feeder.start();
        feeder.interrupt();
        feeder.join();

        // Then
        assertThat(first).isEqualTo(mixture.entry(0).sample());
        assertThat(failure[0]).hasMessage("feeding was interrupted");
    }
}
