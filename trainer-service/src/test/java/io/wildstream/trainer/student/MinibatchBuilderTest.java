// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.trainer.curriculum.TestSamples;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.Minibatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinibatchBuilderTest {

    private final MinibatchBuilder builder = new MinibatchBuilder(2, 3);
    private final List<TrainingSample> samples = List.of(
            TestSamples.labelled(new float[] {1, 2}, new float[] {5, 0, 0}, 0, 2),
            TestSamples.labelled(new float[] {3, 4}, new float[] {0, 6, 0}, 1, -1));

    @Test
    void samplesAreLaidOutOneAfterTheOther() {
        // When
        Minibatch minibatch = builder.build(samples, LabelSource.LABEL_SOURCE_PSEUDO);

        // Then
        float[] pixels = new float[4];
        minibatch.pixels().get(pixels);
        assertThat(pixels).containsExactly(1, 2, 3, 4);
        assertThat(minibatch.size()).isEqualTo(2);
        assertThat(minibatch.teacherLogits()).containsExactly(5, 0, 0, 0, 6, 0);
        assertThat(minibatch.pseudoLabels()).containsExactly(0, 1);
        assertThat(minibatch.labels()).containsExactly(0, 1);
    }

    @Test
    void aGivenLabelIsTheTruthWhereTheSpecSaysSoAndThereIsOne() {
        // When
        Minibatch minibatch = builder.build(samples, LabelSource.LABEL_SOURCE_GIVEN);

        // Then
        assertThat(minibatch.labels()).containsExactly(2, 1);
        assertThat(minibatch.pseudoLabels()).containsExactly(0, 1);
    }

    @Test
    void memoryIsUsedAgainAndGrowsWithTheMinibatch() {
        // Given
        Minibatch small = builder.build(samples.subList(1, 2), LabelSource.LABEL_SOURCE_PSEUDO);
        int remaining = small.pixels().remaining();

        // When
        Minibatch large = builder.build(samples, LabelSource.LABEL_SOURCE_PSEUDO);
        Minibatch again = builder.build(samples.subList(0, 1), LabelSource.LABEL_SOURCE_PSEUDO);

        // Then
        assertThat(remaining).isEqualTo(2);
        assertThat(again.pixels()).isSameAs(large.pixels());
        assertThat(again.pixels().remaining()).isEqualTo(2);
        assertThat(again.pixels().get(0)).isEqualTo(1);
    }
}
