// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.selection.SelectionDecision.Kept;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small rules and the parts of the large one. */
class SingleRulesTest {

    @Test
    void shouldKeepExactlyTheScoresUpToTheBound() {
        // Given
        ThresholdRule rule = new ThresholdRule(0.25, new ShareCaps(0, 0, new InMemoryRuleState()));

        // When // Then
        assertThat(rule.decide(sample(0, 0.25, 1, ""))).isEqualTo(SelectionDecision.of(true, 0.25));
        assertThat(rule.decide(sample(1, Math.nextUp(0.25), 1, ""))).isEqualTo(SelectionDecision.of(false, 0.25));
        assertThat(rule.decide(sample(2, 0, 1, ""))).isInstanceOf(Kept.class);
        assertThat(rule.report()).isEqualTo(new RuleReport(List.of(0.25), 1));
    }

    @Test
    void shouldBoundTheShareOfAClassUnderAThreshold() {
        // Given: every sample is below the bound, nine of ten are of one class.
        ThresholdRule rule = new ThresholdRule(1, new ShareCaps(0.5, 0, new InMemoryRuleState()));
        int kept = 0;
        int ofCommon = 0;

        // When
        for (int offset = 0; offset < 4000; offset++) {
            int label = offset % 10 == 0 ? 1 : 0;
            if (rule.decide(sample(offset, 0.1, label, "")) instanceof Kept) {
                kept++;
                ofCommon += label == 0 ? 1 : 0;
            }
        }

        // Then
        assertThat(ofCommon).isLessThanOrEqualTo(kept / 2 + ShareCaps.BURST + 1);
        assertThat(kept - ofCommon).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "1, 0, 1", "1, 1, 0", "2, 0, 0", "-5, 7, 9223372036854775807"})
    void shouldDrawTheSameNumberInTheUnitInterval(long seed, int partition, long offset) {
        // When
        double draw = UniformHash.draw(seed, partition, offset);

        // Then
        assertThat(draw).isGreaterThanOrEqualTo(0).isLessThan(1);
        assertThat(UniformHash.draw(seed, partition, offset)).isEqualTo(draw);
        assertThat(draw * 0x1p53).isEqualTo(Math.rint(draw * 0x1p53));
    }

    @Test
    void shouldDrawUniformlyAndWithoutRepetition() {
        // Given
        int count = 100_000;
        int[] cells = new int[20];
        Set<Double> draws = new HashSet<>();

        // When
        for (int offset = 0; offset < count; offset++) {
            double draw = UniformHash.draw(3, 1, offset);
            cells[(int) (draw * cells.length)]++;
            draws.add(draw);
        }

        // Then: six standard deviations in each cell.
        double expected = count / (double) cells.length;
        for (int cell : cells) {
            assertThat((double) cell).isCloseTo(expected, within(6 * Math.sqrt(expected)));
        }
        assertThat(draws).hasSize(count);
    }

    @Test
    void shouldGiveAClassItsQuotaWhateverItsShare() {
        // Given: a class of every fourth arrival with a quota of a tenth of all.
        ClassQuota quota = new ClassQuota();
        int kept = 0;
        int arrivals = 40_000;

        // When: a sample is kept where a fixed draw is below the fraction.
        for (int arrival = 1; arrival <= arrivals; arrival++) {
            if (arrival % 4 == 0) {
                double fraction = quota.arrive(arrival, 0.1);
                assertThat(fraction).isBetween(0.0, 1.0);
                if (UniformHash.draw(1, 0, arrival) < fraction) {
                    quota.keep();
                    kept++;
                }
            }
        }

        // Then: the debt bounds the error.
        assertThat((double) kept).isCloseTo(0.1 * arrivals, within((double) ClassQuota.HORIZON));
    }

    @Test
    void shouldKeepAllOfAClassThatIsRarerThanItsQuotaAndBoundItsDebt() {
        // Given
        ClassQuota quota = new ClassQuota();

        // When
        double fraction = 0;
        for (int arrival = 100; arrival <= 100_000; arrival += 100) {
            fraction = quota.arrive(arrival, 0.2);
            quota.keep();
        }

        // Then
        assertThat(fraction).isEqualTo(1);
        assertThat(quota.numbers().debt()).isBetween(0.0, (double) ClassQuota.HORIZON);
        assertThat(quota.numbers().last()).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 200, 201, 500})
    void shouldRestoreAClassFromItsChunksInAnyOrder(int samples) {
        // Given: a window of 200 slots, which is no multiple of a chunk.
        int capacity = 200;
        ClassState state = new ClassState(capacity);
        byte[][] stored = new byte[(capacity + ClassState.CHUNK - 1) / ClassState.CHUNK][];
        for (int i = 0; i < samples; i++) {
            state.quota().arrive(2L * i + 1, 0.25);
            int chunk = state.add(i * 0.5f);
            stored[chunk] = state.chunk(chunk);
        }

        // When
        ClassState.Restorer restorer = new ClassState.Restorer(capacity);
        for (int chunk = stored.length - 1; chunk >= 0; chunk--) {
            if (stored[chunk] != null) {
                restorer.add(chunk, stored[chunk]);
            }
        }
        ClassState restored = restorer.restore();

        // Then
        assertThat(restored.arrivals()).isEqualTo(samples);
        assertThat(restored.quota().numbers()).isEqualTo(state.quota().numbers());
        assertThat(restored.window().size()).isEqualTo(Math.min(samples, capacity));
        assertThat(restored.window().nextSlot()).isEqualTo(state.window().nextSlot());
        for (double share = 0.05; share < 1; share += 0.05) {
            assertThat(restored.window().quantile(share))
                    .isEqualTo(state.window().quantile(share));
        }
        assertThat(restored.add(9f)).isEqualTo(state.add(9f));
        assertThat(restored.chunk(0)).isEqualTo(state.chunk(0));
    }

    @Test
    void shouldGiveTheLargestFeatureNormalisedScoreWithoutFeatures() {
        // Given
        float[] logits = {9f, 1f, 1f};

        // When // Then
        assertThat(FeatureNormalisedScore.of(logits, 0, 0, 1)).isEqualTo(Math.log(3));
        assertThat(FeatureNormalisedScore.of(logits, 0, Double.NaN, 1)).isEqualTo(Math.log(3));
        assertThat(FeatureNormalisedScore.of(logits, 0, 1e30, 1)).isCloseTo(Math.log(3), within(1e-9));
    }

    @Test
    void shouldScoreEveryLabelSoThatTheLikelihoodsAddUpToOne() {
        // Given
        double[] logits = {2, -1, 0.5, 2};
        double sum = 0;

        // When
        for (int label = 0; label < logits.length; label++) {
            sum += Math.exp(-FeatureNormalisedScore.of(logits, label, 3, 2));
        }

        // Then
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Test
    void shouldCopyAStateThatThenStandsAlone() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        state.put(new byte[] {1}, new byte[] {10, 11});
        state.put(new byte[] {2}, new byte[] {20});

        // When
        InMemoryRuleState copy = state.copy();
        state.delete(new byte[] {1});

        // Then
        assertThat(state.size()).isEqualTo(1);
        assertThat(copy.size()).isEqualTo(2);
        assertThat(state.bytesPut()).isEqualTo(5);
        copy.forEach((key, value) -> assertThat(value[0]).isEqualTo((byte) (10 * key[0])));
    }

    private static ScoredSample sample(long offset, double score, int label, String source) {
        return new ScoredSample(0, offset, score, label, 10, source, score);
    }
}
