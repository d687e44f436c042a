// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecisionsTest {

    @Test
    void theRegretIsTheShareOfTheOfflineTopNThatWasNotKept() {
        // Given
        Decisions exact = new Decisions();
        Decisions none = new Decisions();
        Decisions half = new Decisions();
        Decisions balanced = new Decisions();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            double score = random.nextInt(10_000) / 1e4;
            exact.add(i % 4, i / 4, i, 0, i < 2700);
            none.add(i % 4, i / 4, score, 0, false);
            half.add(i % 4, i / 4, score, 0, i % 2 == 0);
            // Class 1 has 1000 samples, all of them kept, and fills its quota; of class 0 those after the quota are
            // kept.
            balanced.add(0, i, i, i % 10 == 0 ? 1 : 0, i % 10 == 0 || i > 5000);
        }

        // When // Then
        assertThat(exact.regret(0.27, false, 10)).isZero();
        assertThat(none.regret(0.27, false, 10)).isEqualTo(1);
        assertThat(half.regret(0.27, false, 10)).isCloseTo(0.5, within(0.03));
        assertThat(balanced.regret(0.2, true, 2)).isCloseTo(0.5, within(1e-9));
        assertThat(new Decisions().regret(0.27, false, 10)).isZero();
    }
}
