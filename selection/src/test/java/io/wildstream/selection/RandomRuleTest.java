// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.selection.SelectionDecision.Kept;
import org.junit.jupiter.api.Test;

class RandomRuleTest {

    private static final int COUNT = 200_000;

    @Test
    void shouldKeepTheRateInEachPartitionAndStretch() {
        // Given
        RandomRule rule = new RandomRule(0.27, 42);

        for (int partition = 0; partition < 4; partition++) {
            for (int stretch = 0; stretch < 4; stretch++) {
                // When
                long kept = kept(rule, partition, (long) stretch * COUNT / 4, COUNT / 4);

                // Then: five standard deviations.
                double deviation = Math.sqrt(0.27 * 0.73 / (COUNT / 4.0));
                assertThat(kept / (COUNT / 4.0)).isCloseTo(0.27, within(5 * deviation));
            }
        }
    }

    @Test
    void shouldDecideAgainAsBefore() {
        // Given
        RandomRule one = new RandomRule(0.5, 7);
        RandomRule other = new RandomRule(0.5, 7);

        for (int offset = 0; offset < 1000; offset++) {
            // When
            SelectionDecision decision = one.decide(sample(3, offset));

            // Then
            assertThat(other.decide(sample(3, offset))).isEqualTo(decision);
        }
    }

    @Test
    void shouldGiveUnrelatedChoicesForNeighbouringSeedsAndPartitions() {
        // Given
        RandomRule rule = new RandomRule(0.5, 7);
        RandomRule neighbour = new RandomRule(0.5, 8);
        long sameSeed = 0;
        long samePartition = 0;

        // When
        for (int offset = 0; offset < COUNT; offset++) {
            boolean kept = rule.decide(sample(0, offset)) instanceof Kept;
            sameSeed += kept == neighbour.decide(sample(0, offset)) instanceof Kept ? 1 : 0;
            samePartition += kept == rule.decide(sample(1, offset)) instanceof Kept ? 1 : 0;
        }

        // Then
        double deviation = Math.sqrt(0.25 / COUNT);
        assertThat(sameSeed / (double) COUNT).isCloseTo(0.5, within(5 * deviation));
        assertThat(samePartition / (double) COUNT).isCloseTo(0.5, within(5 * deviation));
    }

    private static long kept(RandomRule rule, int partition, long first, int count) {
        long kept = 0;
        for (long offset = first; offset < first + count; offset++) {
            kept += rule.decide(sample(partition, offset)) instanceof Kept ? 1 : 0;
        }
        return kept;
    }

    private static ScoredSample sample(int partition, long offset) {
        return new ScoredSample(partition, offset, 0.1, 0, 10);
    }
}
