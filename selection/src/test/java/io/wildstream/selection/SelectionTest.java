// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.selection.SelectionDecision.Deferred;
import io.wildstream.selection.SelectionDecision.Kept;
import io.wildstream.selection.SelectionDecision.NotKept;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static final int CLASSES = 4;

    @Test
    void shouldScoreAnOutputWithPseudoLabelAndNoiseValue() {
        // Given
        float[] logits = {1f, 3f, 3f, -2f};

        // When
        ScoredOutput output = ScoredOutput.of(2, 77, logits, 1.5, "camera");

        // Then
        ScoredSample sample = output.sample();
        assertThat(sample.partition()).isEqualTo(2);
        assertThat(sample.offset()).isEqualTo(77);
        assertThat(sample.pseudoLabel()).isEqualTo(1);
        assertThat(sample.classes()).isEqualTo(CLASSES);
        assertThat(sample.source()).isEqualTo("camera");
        assertThat(sample.noiseValue()).isEqualTo(Math.log1p(Math.exp(-2) + 1 + Math.exp(-5)), within(1e-12));
        assertThat(sample.score()).isEqualTo(sample.noiseValue());
        assertThat(output.featureNorm()).isEqualTo(1.5);
    }

    @Test
    void shouldKeepUpToTheThreshold() {
        // Given
        Selection selection = selection("a", threshold(0.5));

        // When
        SelectionDecision sure = selection.decide(output(0, 5f, 0f, 0f, 0f));
        SelectionDecision unsure = selection.decide(output(1, 1f, 1f, 1f, 1f));

        // Then
        assertThat(sure).isEqualTo(new Kept(0.5));
        assertThat(unsure).isEqualTo(new NotKept(0.5));
        assertThat(selection.report()).isEqualTo(new RuleReport(List.of(0.5), 1));
    }

    @Test
    void shouldDecideAlikeWhetherScoringIsAStepOfItsOwnOrNot() {
        // Given
        SelectionPolicy policy = keepRate(0.3, Balance.BALANCE_CLASS);
        Selection one = selection("main", policy);
        Selection other = selection("main", policy);

        for (ScoredOutput output : stream(500, 5)) {
            // When
            SelectionDecision atOnce = one.decide(output);
            SelectionDecision inSteps = other.decide(other.score(output));

            // Then
            assertThat(inSteps).isEqualTo(atOnce);
        }
    }

    @Test
    void shouldKeepTheRateOfAPolicyAndReportItsThresholds() {
        // Given
        Selection selection = selection("main", keepRate(0.25, Balance.BALANCE_CLASS));
        List<ScoredOutput> stream = stream(8000, 6);

        // When
        long kept = stream.stream()
                .filter(output -> selection.decide(output) instanceof Kept)
                .count();

        // Then
        assertThat((double) kept / stream.size()).isCloseTo(0.25, within(0.01));
        assertThat(selection.report().thresholds()).hasSize(CLASSES).noneMatch(value -> Double.isNaN(value));
        assertThat(selection.report().warm()).isEqualTo(1);
    }

    @Test
    void shouldContinueFromItsStateAsIfItHadNotStopped() {
        // Given
        SelectionPolicy policy = keepRate(0.3, Balance.BALANCE_CLASS).toBuilder()
                .setMaxSharePerSource(0.6)
                .build();
        List<ScoredOutput> stream = stream(2000, 7);
        InMemoryRuleState state = new InMemoryRuleState();
        Selection stopped = new Selection("main", policy, state);
        Selection whole = selection("main", policy);
        stream.subList(0, 900).forEach(stopped::decide);
        stream.subList(0, 900).forEach(whole::decide);

        // When
        Selection restarted = new Selection("main", policy, state.copy());

        // Then
        for (ScoredOutput output : stream.subList(900, 2000)) {
            assertThat(restarted.decide(output)).isEqualTo(whole.decide(output));
        }
    }

    @Test
    void shouldDrawTiesByTheNameOfTheCurriculum() {
        // Given
        SelectionPolicy policy = keepRate(0.5, Balance.BALANCE_GLOBAL);
        Selection one = selection("one", policy);
        Selection same = selection("one", policy);
        Selection other = selection("other", policy);
        int differences = 0;

        for (int offset = 0; offset < 400; offset++) {
            // When
            ScoredOutput tied = output(offset, 1f, 1f, 1f, 1f);
            SelectionDecision decision = one.decide(tied);

            // Then
            assertThat(same.decide(tied)).isEqualTo(decision);
            differences += decision instanceof Kept == other.decide(tied) instanceof Kept ? 0 : 1;
        }
        assertThat(differences).isBetween(100, 300);
    }

    @Test
    void shouldDeferWhatIsRankedTogether() {
        // Given
        SelectionPolicy window = SelectionPolicy.newBuilder()
                .setTopNWindow(TopNWindowPolicy.newBuilder().setWindow(100).setKeep(10))
                .build();
        SelectionPolicy twoPass = SelectionPolicy.newBuilder()
                .setTwoPass(TwoPassPolicy.newBuilder().setRate(0.1))
                .build();

        for (SelectionPolicy policy : List.of(window, twoPass)) {
            // When
            Selection selection = selection("ranked", policy);
            SelectionDecision decision = selection.decide(output(0, 2f, 1f, 0f, 0f));

            // Then
            assertThat(decision).isInstanceOf(Deferred.class);
            assertThat(decision.threshold()).isNaN();
            assertThat(selection.report()).isEqualTo(new RuleReport(List.of(), 1));
        }
    }

    @Test
    void shouldRankByTheFeatureNormalisedScoreWhereThePolicySaysSo() {
        // Given
        SelectionPolicy plain = threshold(0.5);
        SelectionPolicy normalised = plain.toBuilder()
                .setScore(Score.SCORE_FEATURE_NORMALISED)
                .setTau(2)
                .build();
        ScoredOutput output = ScoredOutput.of(0, 1, new float[] {4f, 0f, 0f, 0f}, 8, "");

        // When
        ScoredSample byNoise = selection("a", plain).score(output);
        ScoredSample byNorm = selection("a", normalised).score(output);

        // Then
        assertThat(byNoise).isEqualTo(output.sample());
        assertThat(byNorm.score()).isEqualTo(Math.log1p(3 * Math.exp(-1)), within(1e-12));
        assertThat(byNorm.noiseValue()).isEqualTo(output.sample().noiseValue());
        assertThat(selection("a", plain).decide(output)).isInstanceOf(Kept.class);
        assertThat(selection("a", normalised).decide(output)).isInstanceOf(NotKept.class);
    }

    @Test
    void shouldUseTheSeedOfARandomPolicyAndNotTheName() {
        // Given
        SelectionPolicy policy = SelectionPolicy.newBuilder()
                .setRandom(RandomPolicy.newBuilder().setRate(0.5).setSeed(9))
                .build();
        RandomRule rule = new RandomRule(0.5, 9);
        Selection selection = selection("any", policy);

        for (ScoredOutput output : stream(200, 8)) {
            // When // Then
            assertThat(selection.decide(output)).isEqualTo(rule.decide(output.sample()));
        }
    }

    @Test
    void shouldRefuseAnEmptyPolicy() {
        // Given
        SelectionPolicy empty = SelectionPolicy.getDefaultInstance();

        // When // Then
        assertThatThrownBy(() -> selection("a", empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the policy is empty");
    }

    private static Selection selection(String name, SelectionPolicy policy) {
        return new Selection(name, policy, new InMemoryRuleState());
    }

    private static SelectionPolicy threshold(double max) {
        return SelectionPolicy.newBuilder()
                .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(max))
                .build();
    }

    private static SelectionPolicy keepRate(double rate, Balance balance) {
        return SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate).setBalance(balance))
                .build();
    }

    private static ScoredOutput output(long offset, float... logits) {
        return ScoredOutput.of(0, offset, logits, 1, "");
    }

    private static List<ScoredOutput> stream(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredOutput> stream = new ArrayList<>();
        for (int offset = 0; offset < count; offset++) {
            float[] logits = new float[CLASSES];
            for (int k = 0; k < CLASSES; k++) {
                logits[k] = (float) (6 * random.nextDouble());
            }
            stream.add(ScoredOutput.of(0, offset, logits, 1, offset % 3 == 0 ? "a" : "b"));
        }
        return stream;
    }
}
