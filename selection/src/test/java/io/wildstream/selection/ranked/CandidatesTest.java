// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection.ranked;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selection.SelectionDecision.Kept;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    @Test
    void shouldRankByScoreThenPartitionThenOffset() {
        // Given
        Candidates candidates = new Candidates();
        candidates.add(1, 5, 0.2, 0, 3, "");
        candidates.add(0, 9, 0.2, 1, 3, "");
        candidates.add(0, 8, 0.2, 2, 3, "");
        candidates.add(7, 0, 0.1, 0, 3, "");

        // When // Then
        assertThat(candidates.ranked()).containsExactly(3, 2, 1, 0);
    }

    @Test
    void shouldRankMoreSamplesThanItsFirstAllocationHolds() {
        // Given
        Candidates candidates = new Candidates();
        SplittableRandom random = new SplittableRandom(4);
        int count = 5000;
        for (int offset = 0; offset < count; offset++) {
            candidates.add(offset % 3, offset, random.nextInt(50) / 50.0, offset % 7, 7, "s" + offset % 11);
        }

        // When
        int[] ranked = candidates.ranked();

        // Then
        assertThat(ranked).hasSize(count).doesNotHaveDuplicates();
        for (int i = 1; i < count; i++) {
            Cut.Bound before = bound(candidates, ranked[i - 1]);
            assertThat(before).isLessThan(bound(candidates, ranked[i]));
        }
        assertThat(candidates.size()).isEqualTo(count);
        assertThat(candidates.source(15)).isEqualTo("s4");
        assertThat(candidates.label(15)).isEqualTo(1);
    }

    @Test
    void shouldHaveNoRankAndNoClassesWithoutSamples() {
        // Given
        Candidates none = new Candidates();

        // When
        Cut cut = new TopN(true, 0, 0).cut(none, 10);

        // Then
        assertThat(none.ranked()).isEmpty();
        assertThat(none.classes()).isZero();
        assertThat(cut.kept()).isZero();
        assertThat(cut.bounds()).isEmpty();
    }

    @Test
    void shouldTakeTheNumberOfClassesThatMostSamplesHave() {
        // Given
        Candidates candidates = new Candidates();
        candidates.add(0, 0, 0.1, 0, 10, "");
        candidates.add(0, 1, 0.1, 0, 10, "");
        candidates.add(0, 2, 0.1, 0, 5, "");
        candidates.add(0, 3, 0.1, 0, 5, "");

        // When // Then: the smaller one among equals
        assertThat(candidates.classes()).isEqualTo(5);
        candidates.add(0, 4, 0.1, 0, 10, "");
        assertThat(candidates.classes()).isEqualTo(10);
    }

    @Test
    void shouldSayOfEverySampleOfTheSetWhetherItIsKept() {
        // Given
        Candidates candidates = new Candidates();
        for (int offset = 0; offset < 100; offset++) {
            candidates.add(0, offset, (offset * 37 % 100) / 100.0, offset % 4, 4, "");
        }

        // When
        Cut cut = new TopN(true, 0, 0).cut(candidates, 20);

        // Then
        int kept = 0;
        int[] byClass = new int[4];
        for (int offset = 0; offset < 100; offset++) {
            double score = (offset * 37 % 100) / 100.0;
            SelectionDecision decision = cut.decide(new ScoredSample(0, offset, score, offset % 4, 4), 0, offset);
            if (decision instanceof Kept) {
                kept++;
                byClass[offset % 4]++;
                assertThat(score).isLessThanOrEqualTo(decision.threshold());
            }
        }
        assertThat(kept).isEqualTo(20);
        assertThat(cut.kept()).isEqualTo(20);
        assertThat(byClass).containsOnly(5);
    }

    @Test
    void shouldKeepNothingOfAGroupWithoutABound() {
        // Given
        TopN balanced = new TopN(true, 0, 0);
        Cut cut = new Cut(balanced, Map.of(new Cut.Group(1, null), new Cut.Bound(0.5, 0, 3)), 1);

        // When // Then
        assertThat(cut.decide(new ScoredSample(0, 9, 0.1, 2, 4), 0, 9))
                .isEqualTo(SelectionDecision.of(false, Double.NEGATIVE_INFINITY));
        assertThat(cut.decide(new ScoredSample(0, 3, 0.5, 1, 4), 0, 3)).isEqualTo(SelectionDecision.of(true, 0.5));
        assertThat(cut.decide(new ScoredSample(0, 4, 0.5, 1, 4), 0, 4)).isEqualTo(SelectionDecision.of(false, 0.5));
        assertThat(cut.decide(new ScoredSample(0, 0, 0.5, 1, 4), 1, 0)).isEqualTo(SelectionDecision.of(false, 0.5));
    }

    @Test
    void shouldReadBalanceAndBoundsFromEitherRankedPolicy() {
        // Given
        SelectionPolicy window = SelectionPolicy.newBuilder()
                .setTopNWindow(TopNWindowPolicy.newBuilder().setKeep(5).setBalance(Balance.BALANCE_GLOBAL))
                .setMaxSharePerSource(0.25)
                .build();
        SelectionPolicy twoPass = SelectionPolicy.newBuilder()
                .setTwoPass(TwoPassPolicy.newBuilder().setKeep(5).setBalance(Balance.BALANCE_CLASS))
                .setMaxSharePerClass(0.5)
                .build();

        // When // Then
        assertThat(TopN.of(window)).isEqualTo(new TopN(false, 0, 0.25));
        assertThat(TopN.of(window).bySource()).isTrue();
        assertThat(TopN.of(twoPass)).isEqualTo(new TopN(true, 0.5, 0));
        assertThat(TopN.of(twoPass).bySource()).isFalse();
    }

    private static Cut.Bound bound(Candidates candidates, int index) {
        return new Cut.Bound(candidates.score(index), candidates.partition(index), candidates.offset(index));
    }
}
