// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.engine.condense.CondensationOptions.Schedule;
import io.wildstream.engine.condense.CondensationOptions.Start;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CondensationOptionsTest {

    @Test
    void innerStepsAreStepsTimesEpochs() {
        assertThat(options(1, 10, 3, 1, 0.1, 2).innerSteps()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 1, 0.1, 2, imagesPerClass must be at least 1",
        "1, 0, 1, 1, 0.1, 2, steps must be at least 1",
        "1, 1, 0, 1, 0.1, 2, epochs must be at least 1",
        "1, 1, 1, 0, 0.1, 2, batchSize must be at least 1",
        "1, 1, 1, 1, 0, 2, learningRate must be above 0",
        "1, 1, 1, 1, NaN, 2, learningRate must be above 0",
        "1, 1, 1, 1, Infinity, 2, learningRate must be above 0",
        "1, 1, 1, 1, 0.1, 0.9, maxGradientGrowth must be at least 1",
        "1, 1, 1, 1, 0.1, NaN, maxGradientGrowth must be at least 1"
    })
    void whatCannotBeRunIsRefusedByName(
            int images, int steps, int epochs, int batch, double rate, double growth, String message) {
        assertThatThrownBy(() -> options(images, steps, epochs, batch, rate, growth))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aGradientMayGrowWithoutBound() {
        assertThat(options(1, 1, 1, 1, 0.1, Double.POSITIVE_INFINITY).maxGradientGrowth())
                .isInfinite();
    }

    @ParameterizedTest
    @CsvSource({
        "COSINE, 0, 1",
        "COSINE, 50, 0.5",
        "COSINE, 99, 0.000246719",
        "HALVING, 0, 1",
        "HALVING, 9, 1",
        "HALVING, 10, 0.5",
        "HALVING, 99, 0.001953125",
        "CONSTANT, 0, 1",
        "CONSTANT, 99, 1"
    })
    void schedulesFallAsTheySay(Schedule schedule, int iteration, double factor) {
        assertThat(schedule.factor(iteration, 100)).isCloseTo(factor, within(1e-8));
    }

    @Test
    void givenWeightsAreDrawnByTheSeedAndCopied() {
        // Given
        List<float[]> weights = List.of(new float[] {0}, new float[] {1}, new float[] {2});
        StartingWeights start = StartingWeights.given(weights, 4);

        // When
        Set<Float> drawn = new HashSet<>();
        for (long n = 0; n < 100; n++) {
            assertThat(start.draw(n)).isEqualTo(start.draw(n));
            drawn.add(start.draw(n)[0]);
        }
        start.draw(0)[0] = 99;

        // Then
        assertThat(drawn).containsExactlyInAnyOrder(0f, 1f, 2f);
        assertThat(start.draw(0)[0]).isLessThan(3f);
        assertThatThrownBy(() -> StartingWeights.given(List.of(), 4)).isInstanceOf(IllegalArgumentException.class);
    }

    private static CondensationOptions options(
            int images, int steps, int epochs, int batch, double rate, double growth) {
        return new CondensationOptions(
                images, steps, epochs, Start.NOISE, 1, batch, 10, rate, 0.01, Schedule.COSINE, 0.02, growth, 7);
    }
}
