// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileWindowTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 100, 257})
    void shouldRankLikeASortOfTheLastValues(int capacity) {
        // Given
        SplittableRandom random = new SplittableRandom(capacity);
        QuantileWindow window = new QuantileWindow(capacity);
        Deque<Float> last = new ArrayDeque<>();

        for (int i = 0; i < 1500; i++) {
            // Values from a small set, so that ties are common.
            float value = random.nextInt(0, 40) / 8f;
            double draw = random.nextDouble();

            // When
            double rank = window.smoothedRank(value, draw);
            double quantile = window.quantile(0.3);

            // Then
            long less = last.stream().filter(v -> v < value).count();
            long equal = last.stream().filter(v -> v == value).count();
            assertThat(rank).isCloseTo((less + draw * (equal + 1)) / (last.size() + 1), within(1e-12));
            if (rank < 0.3) {
                assertThat((double) value).isLessThanOrEqualTo(quantile);
            }
            window.add(value);
            last.add(value);
            if (last.size() > capacity) {
                last.remove();
            }
            assertThat(window.size()).isEqualTo(last.size());
        }
    }
}
