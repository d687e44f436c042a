// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseValueTest {

    @Test
    void shouldTakeTheLowestLabelAmongEquals() {
        // Given
        float[] logits = {-1, 3, 3, 0};

        // When
        int label = NoiseValue.pseudoLabel(logits);

        // Then
        assertThat(label).isEqualTo(1);
    }

    @Test
    void shouldBeTheLogarithmOfTheClassesForEqualLogits() {
        // Given
        float[] logits = new float[10];

        // When
        double noiseValue = NoiseValue.of(logits, 0);

        // Then
        assertThat(noiseValue).isCloseTo(Math.log(10), within(1e-15));
    }

    @Test
    void shouldKeepTheOrderOfSamplesThatTieInFloat32() {
        // Given
        float[] confident = {40, 0, 0};
        float[] moreConfident = {60, 0, 0};

        // When
        double one = NoiseValue.of(confident, 0);
        double other = NoiseValue.of(moreConfident, 0);

        // Then
        assertThat((float) (1 / (1 + 2 * Math.exp(-40)))).isEqualTo(1f);
        assertThat(one).isCloseTo(2 * Math.exp(-40), within(1e-25));
        assertThat(other).isPositive().isLessThan(one);
    }

    @Test
    void shouldNotOverflow() {
        // Given
        float[] logits = {Float.MAX_VALUE, -Float.MAX_VALUE, 0};

        // When
        double noiseValue = NoiseValue.of(logits, 0);

        // Then
        assertThat(noiseValue).isZero();
    }
}
