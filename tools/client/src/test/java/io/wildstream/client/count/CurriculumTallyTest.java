// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurriculumTallyTest {

    @Test
    void countsBySourceAndClass() {
        // Given
        CurriculumTally tally = new CurriculumTally(false);

        // When
        tally.keep(selected(0, 0, "mnist", 3));
        tally.keep(selected(0, 1, "mnist", 3));
        tally.keep(selected(1, 0, "kmnist", 0));
        tally.reject(rejected(1, 1));

        // Then
        CurriculumCount count = tally.count(4);
        assertThat(count.kept()).isEqualTo(3);
        assertThat(count.notKept()).isEqualTo(1);
        assertThat(count.repeated()).isZero();
        assertThat(count.keptByClass()).containsExactly(1L, 0L, 0L, 2L);
        assertThat(count.share("mnist")).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(count.share("unknown")).isZero();
        assertThat(count.classShares().get(3)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(count.decisions()).isNull();
    }

    @Test
    void countsASecondDecisionOnTheSameSample() {
        // Given
        CurriculumTally tally = new CurriculumTally(false);

        // When
        tally.keep(selected(0, 7, "mnist", 3));
        tally.keep(selected(0, 7, "mnist", 3));
        tally.reject(rejected(0, 7));
        tally.reject(rejected(1, 7));

        // Then
        assertThat(tally.count(4).repeated()).isEqualTo(2);
    }

    @Test
    void remembersDecisionsWhenAskedTo() {
        // Given
        CurriculumTally tally = new CurriculumTally(true);

        // When
        tally.keep(selected(0, 0, "mnist", 3));
        tally.reject(rejected(0, 1));

        // Then
        Decisions decisions = tally.count(4).decisions();
        assertThat(decisions).isNotNull();
        assertThat(decisions.size()).isEqualTo(2);
    }

    @Test
    void choosesTheSameExamplesInWhateverOrderTheyCome() {
        // Given
        CurriculumTally forwards = new CurriculumTally(false);
        CurriculumTally backwards = new CurriculumTally(false);

        // When
        for (int i = 0; i < 1000; i++) {
            forwards.keep(selected(i % 4, i, "mnist", 3));
            forwards.reject(rejected(i % 4, 1000 + i));
            int last = 999 - i;
            backwards.keep(selected(last % 4, last, "mnist", 3));
            backwards.reject(rejected(last % 4, 1000 + last));
        }

        // Then
        List<CurriculumTally.Choice> choices = forwards.choicesMade();
        assertThat(choices).hasSize(2 * CurriculumTally.EXAMPLES);
        assertThat(choices).filteredOn(CurriculumTally.Choice::kept).hasSize(CurriculumTally.EXAMPLES);
        assertThat(backwards.choicesMade()).containsExactlyInAnyOrderElementsOf(choices);
    }

    @Test
    void anEmptyCurriculumHasNoShares() {
        // Given // When
        CurriculumCount count = new CurriculumTally(false).count(2);

        // Then
        assertThat(count.share("mnist")).isZero();
        assertThat(count.classShares()).containsExactly(0.0, 0.0);
    }

    private static SelectedSample selected(int partition, long offset, String source, int label) {
        return SelectedSample.newBuilder()
                .setPseudoLabel(label)
                .setNoiseValue(0.1)
                .setTeacherOutput(TeacherOutput.newBuilder()
                        .setSample(Sample.newBuilder().setSource(source))
                        .setPosition(position(partition, offset)))
                .build();
    }

    private static RejectedSample rejected(int partition, long offset) {
        return RejectedSample.newBuilder()
                .setPosition(position(partition, offset))
                .build();
    }

    private static SamplePosition position(int partition, long offset) {
        return SamplePosition.newBuilder()
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }
}
