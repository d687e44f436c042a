// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SelectionTest {

    @Test
    void noiseValueIsMinusTheLogOfTheLargestProbability() {
        // Given
        float[] logits = {9, 1, 2, 0.5f};

        // When
        double noise = Selection.noiseValue(logits, 1, 1, 3);

        // Then
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(0.5);
        assertThat(noise).isCloseTo(-Math.log(Math.exp(2) / sum), within(1e-12));
    }

    @Test
    void keepsTheOrderOfSamplesOfWhichTheTeacherIsCertain() {
        // Given
        float[] certain = {40, 0};
        float[] moreCertain = {41, 0};

        // When
        double first = Selection.noiseValue(certain, 0, 0, 2);
        double second = Selection.noiseValue(moreCertain, 0, 0, 2);

        // Then
        assertThat(second).isPositive().isLessThan(first);
    }

    @Test
    void givesEachClassAnEqualShare() {
        // Given
        Selection selection = new Selection(0.2, 2);
        SplittableRandom random = new SplittableRandom(3);
        int[] kept = new int[2];

        // When
        for (int i = 0; i < 20_000; i++) {
            boolean first = random.nextDouble() < 0.8;
            float certainty = (float) random.nextDouble() * 5;
            int label = selection.keep(first ? new float[] {certainty, 0} : new float[] {0, certainty}, 0);
            if (label >= 0) {
                kept[label]++;
            }
        }

        // Then
        assertThat(kept[0]).isCloseTo(2000, within(150));
        assertThat(kept[1]).isCloseTo(2000, within(150));
    }
}
