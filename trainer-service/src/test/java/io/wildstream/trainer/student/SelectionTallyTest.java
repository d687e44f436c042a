// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.SelectionSummary;
import io.wildstream.trainer.curriculum.TestSamples;
import org.junit.jupiter.api.Test;

class SelectionTallyTest {

    private final SelectionTally tally = new SelectionTally();

    @Test
    void eachGenerationOfThePolicyHasItsBounds() {
        // When
        tally.add(TestSamples.selected(2, 0.3, 0.5, "b"));
        tally.add(TestSamples.selected(1, 0.1, Double.POSITIVE_INFINITY, "a"));
        tally.add(TestSamples.selected(2, 0.4, 0.4, "a"));

        // Then
        assertThat(tally.summaries())
                .containsExactly(
                        summary(1, 1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0.1),
                        summary(2, 2, 0.4, 0.5, 0.4));
        assertThat(tally.teacherDigests()).containsExactly("a", "b");
    }

    @Test
    void aCheckpointBeginsANewTally() {
        // Given
        tally.add(TestSamples.selected(2, 0.3, 0.5, "b"));

        // When
        tally.clear();

        // Then
        assertThat(tally.summaries()).isEmpty();
        assertThat(tally.teacherDigests()).isEmpty();
    }

    private static SelectionSummary summary(long generation, long samples, double min, double max, double noise) {
        return SelectionSummary.newBuilder()
                .setPolicyGeneration(generation)
                .setSamples(samples)
                .setMinThreshold(min)
                .setMaxThreshold(max)
                .setMaxNoiseValue(noise)
                .build();
    }
}
