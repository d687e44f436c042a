// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawsTest {

    @Test
    void seedAndNameDecide() {
        // Given
        Draws draws = new Draws(1, "body.weight");

        // When
        double first = draws.unit();

        // Then
        assertThat(new Draws(1, "body.weight").unit()).isEqualTo(first);
        assertThat(draws.unit()).isNotEqualTo(first);
        assertThat(new Draws(2, "body.weight").unit()).isNotEqualTo(first);
        assertThat(new Draws(1, "head.weight").unit()).isNotEqualTo(first);
    }

    @Test
    void uniformNumbersFillTheInterval() {
        // Given
        Draws draws = new Draws(3, "uniform");
        double sum = 0;
        int[] tenths = new int[10];

        // When
        for (int i = 0; i < 100_000; i++) {
            double value = draws.unit();
            assertThat(value).isGreaterThan(0).isLessThanOrEqualTo(1);
            sum += value;
            tenths[Math.min(9, (int) (value * 10))]++;
        }

        // Then
        assertThat(sum / 100_000).isCloseTo(0.5, within(0.005));
        assertThat(Arrays.stream(tenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    @Test
    void normalNumbersHaveTheirMoments() {
        // Given
        Draws draws = new Draws(4, "normal");
        double sum = 0;
        double squares = 0;
        int beyondTwo = 0;

        // When
        for (int i = 0; i < 100_000; i++) {
            double value = draws.normal();
            sum += value;
            squares += value * value;
            beyondTwo += Math.abs(value) > 2 ? 1 : 0;
        }

        // Then
        assertThat(sum / 100_000).isCloseTo(0, within(0.02));
        assertThat(squares / 100_000).isCloseTo(1, within(0.02));
        assertThat(beyondTwo / 100_000.0).isCloseTo(0.0455, within(0.004));
    }

    @Test
    void tensorsComeBackBitForBit(@TempDir Path directory) throws Exception {
        // Given
        TreeMap<String, FloatTensor> tensors = new TreeMap<>();
        tensors.put("b", FloatTensor.of(new float[] {1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE}, 2, 2));
        tensors.put("a", FloatTensor.of(new float[] {3}));
        Path file = directory.resolve("tensors.safetensors");

        // When
        FloatTensor.write(file, tensors);

        // Then
        assertThat(FloatTensor.read(file)).containsOnlyKeys("a", "b");
        assertThat(FloatTensor.read(file).get("b").shape()).isEqualTo(List.of(2L, 2L));
        assertThat(Arrays.equals(
                        FloatTensor.read(file).get("b").values(),
                        tensors.get("b").values()))
                .isTrue();
        assertThat(FloatTensor.read(file).get("a").shape()).isEmpty();
    }

    @Test
    void aTensorHasAsManyValuesAsItsShape() {
        assertThatThrownBy(() -> FloatTensor.of(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 6 values, got 5");
    }
}
