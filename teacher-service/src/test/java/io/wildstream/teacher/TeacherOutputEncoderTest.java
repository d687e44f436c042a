// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

    @Test
    void sumsTheNormInDoublePrecision() {
        // Given
        float[] values = {9f, 1e20f, 1e20f, 3f, 4f};

        // When // Then
        assertThat(Answers.norm(values, 3, 2)).isEqualTo(5f);
        assertThat(Answers.norm(values, 1, 2)).isEqualTo((float) (Math.sqrt(2) * 1e20));
        assertThat(Answers.norm(values, 0, 0)).isZero();
    }

    @Test
    void makesSmallerBatchesOfLargeImages() {
        // Given
        List<Integer> sizes = List.of(784, 3 * 224 * 224, Integer.MAX_VALUE / 2);

        // When // Then
        assertThat(sizes)
                .extracting(values -> BatchedInference.batchSize(4096, values))
                .containsExactly(4096, 445, 1);
        assertThat(BatchedInference.batchSize(128, 3 * 224 * 224)).isEqualTo(128);
    }
}
