// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.workload.TestWorkloads;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndlessSamplesTest {

    private final WildMixture mixture = TestWorkloads.mixture();
    private final EndlessSamples samples = new EndlessSamples(mixture);

    @Test
    void repeatTheMixtureUnderOtherIds() {
        // Given
        Set<String> ids = new HashSet<>();

        // When // Then
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < mixture.size(); i++) {
                Sample sample = samples.next();
                Sample original = mixture.entry(i).sample();
                ids.add(sample.getId());
                assertThat(sample.getId()).isEqualTo(original.getId() + "-round-" + round);
                assertThat(sample.getPayload()).isEqualTo(original.getPayload());
            }
        }
        assertThat(ids).hasSize(3 * mixture.size());
    }

    @Test
    void endWhenTheyAreStopped() {
        // Given
        boolean before = samples.hasNext();

        // When
        samples.stop();

        // Then
        assertThat(before).isTrue();
        assertThat(samples.hasNext()).isFalse();
        assertThat(samples.next().getId()).endsWith("-round-0");
    }
}
