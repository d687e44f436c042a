// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochOrderTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 1000})
    void everyImageIsVisitedOnce(int size) {
        // Given
        int[] all = IntStream.range(0, size).toArray();

        // When
        int[] order = EpochOrder.of(size, 42, 3);

        // Then
        Arrays.sort(order);
        assertThat(order).isEqualTo(all);
    }

    @Test
    void seedAndEpochDecide() {
        // Given
        int[] first = EpochOrder.of(100, 42, 0);

        // When
        int[] again = EpochOrder.of(100, 42, 0);

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(EpochOrder.of(100, 42, 1)).isNotEqualTo(first);
        assertThat(EpochOrder.of(100, 43, 0)).isNotEqualTo(first);
    }

    /** Recorded: another order would change the weights of every training that was ever repeated. */
    @Test
    void theOrderStaysWhatItWas() {
        assertThat(EpochOrder.of(8, 1, 0)).containsExactly(6, 5, 7, 1, 3, 2, 0, 4);
    }

    @Test
    void everyPlaceIsReached() {
        // Given
        Set<Integer> firsts = new HashSet<>();

        // When
        IntStream.range(0, 200).forEach(epoch -> firsts.add(EpochOrder.of(5, 9, epoch)[0]));

        // Then
        assertThat(firsts).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
}
