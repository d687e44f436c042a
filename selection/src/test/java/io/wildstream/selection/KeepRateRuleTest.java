// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.selection.SelectionDecision.Kept;
import io.wildstream.selection.WildStream.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class KeepRateRuleTest {

    private static final int WINDOW = KeepRateRule.DEFAULT_WINDOW;

    @ParameterizedTest
    @CsvSource({"0.27, 0", "0.27, -1", "0.27, 1", "0.27, 2", "0.05, 0", "0.9, 1", "1, 0"})
    void shouldKeepTheGlobalRateWithinOnePercentAlsoUnderDrift(double rate, double decades) {
        // Given
        List<Item> stream = WildStream.draw(WildStream.gray(), 110_000, 11, decades);

        // When
        List<Item> kept = keep(stream, rate, false);

        // Then
        double realised = kept.size() / (double) stream.size();
        print("global rate %.2f drift %+.0f decades: realised %.4f", rate, decades, realised);
        assertThat(realised).isCloseTo(rate, within(0.01 * rate));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1})
    void shouldKeepEachClassWithinOnePercentOfItsQuotaWhereEnoughArrives(double decades) {
        // Given
        List<Item> stream = WildStream.draw(WildStream.gray(), 440_000, 12, decades);
        double quota = 0.2 * stream.size() / WildStream.CLASSES;

        // When
        List<Item> kept = keep(stream, 0.2, true);

        // Then
        for (int k = 0; k < WildStream.CLASSES; k++) {
            int label = k;
            long arrived = count(stream, label);
            long of = count(kept, label);
            print("class %d drift %+.0f: arrived %d quota %.0f kept %d", label, decades, arrived, quota, of);
            assertThat((double) of).isCloseTo(Math.min(quota, arrived), within(0.01 * quota));
        }
    }

    @Test
    void shouldKeepAllOfAClassThatDoesNotFillItsQuotaAndLeaveTheShareUnfilled() {
        // Given
        SplittableRandom random = new SplittableRandom(3);
        List<Item> stream = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            int label = random.nextInt(100) == 0 ? 1 : 0;
            stream.add(item(i, random.nextDouble(), label, 2));
        }

        // When
        List<Item> kept = keep(stream, 0.2, true);

        // Then
        assertThat(count(kept, 1)).isEqualTo(count(stream, 1));
        assertThat((double) count(kept, 0)).isCloseTo(0.1 * stream.size(), within(0.01 * 0.1 * stream.size()));
    }

    @ParameterizedTest
    @CsvSource({"gray, 0.27", "rare, 0.12"})
    void shouldAgreeWithTheOfflineTopOfEachClass(String setting, double rate) {
        // Given
        List<Item> stream = setting.equals("gray")
                ? WildStream.draw(WildStream.gray(), 110_000, 13)
                : WildStream.draw(WildStream.rare(), 83_000, 13);
        List<Item> offline = offline(stream, rate, true);

        // When
        List<Item> kept = keep(stream, rate, true);

        // Then
        double agreement = agreement(kept, offline);
        print(
                "%s balanced: kept %d offline %d agreement %.4f precision %.4f offline precision %.4f",
                setting, kept.size(), offline.size(), agreement, precision(kept), precision(offline));
        assertThat(agreement).isGreaterThan(setting.equals("gray") ? 0.93 : 0.90);
        assertThat(precision(kept)).isGreaterThan(precision(offline) - 0.01);
        assertThat(kept.size() / (double) offline.size()).isCloseTo(1, within(0.01));
    }

    @Test
    void shouldAgreeWithTheOfflineTopOfAll() {
        // Given
        List<Item> stream = WildStream.draw(WildStream.gray(), 110_000, 14);
        List<Item> offline = offline(stream, 0.27, false);

        // When
        List<Item> kept = keep(stream, 0.27, false);

        // Then
        double agreement = agreement(kept, offline);
        print(
                "gray global: agreement %.4f precision %.4f offline %.4f",
                agreement, precision(kept), precision(offline));
        assertThat(agreement).isGreaterThan(0.94);
    }

    @Test
    void shouldKeepTheRateWhereAllNoiseValuesAreEqual() {
        // Given
        List<Item> stream = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            stream.add(item(i, 0, i / 4 % 2, 2));
        }

        // When
        List<Item> kept = keep(stream, 0.27, true);

        // Then
        assertThat((double) kept.size()).isCloseTo(0.27 * stream.size(), within(0.01 * 0.27 * stream.size()));
    }

    @Test
    void shouldKeepTheRateFromTheFirstSampleOn() {
        // Given
        int streams = 20_000;
        int length = 5;
        SplittableRandom random = new SplittableRandom(5);
        long kept = 0;

        // When
        for (int i = 0; i < streams; i++) {
            KeepRateRule rule = rule(0.3, false, WINDOW, i, new InMemoryRuleState());
            for (int offset = 0; offset < length; offset++) {
                ScoredSample sample = new ScoredSample(0, offset, random.nextDouble(), 0, 10);
                kept += rule.decide(sample) instanceof Kept ? 1 : 0;
            }
        }

        // Then
        assertThat(kept / (double) (streams * length)).isCloseTo(0.3, within(0.005));
    }

    @Test
    void shouldFollowWhenTheClassSharesTurn() {
        // Given
        SplittableRandom random = new SplittableRandom(6);
        List<Item> stream = new ArrayList<>();
        for (int i = 0; i < 400_000; i++) {
            double first = i < 200_000 ? 0.8 : 0.2;
            stream.add(item(i, random.nextDouble(), random.nextDouble() < first ? 0 : 1, 2));
        }

        // When
        List<Item> kept = keep(stream, 0.2, true);

        // Then
        List<Item> late =
                kept.stream().filter(item -> item.sample().offset() >= 75_000).toList();
        assertThat((double) count(late, 0)).isCloseTo(0.1 * 100_000, within(100.0));
        assertThat((double) count(late, 1)).isCloseTo(0.1 * 100_000, within(100.0));
    }

    @Test
    void shouldGoOnAfterACrashAsIfNothingHadHappened() {
        // Given
        List<ScoredSample> samples = WildStream.draw(WildStream.gray(), 60_000, 15).stream()
                .map(Item::sample)
                .filter(sample -> sample.partition() == 0)
                .toList();
        InMemoryRuleState state = new InMemoryRuleState();
        KeepRateRule through = rule(0.27, true, 500, 1, state);
        List<SelectionDecision> expected = new ArrayList<>();
        List<SelectionDecision> actual = new ArrayList<>();
        InMemoryRuleState atCrash = new InMemoryRuleState();
        for (int i = 0; i < samples.size(); i++) {
            if (i == 9_000) {
                atCrash = state.copy();
            }
            expected.add(through.decide(samples.get(i)));
        }

        // When
        KeepRateRule restored = rule(0.27, true, 500, 1, atCrash);
        for (int i = 9_000; i < samples.size(); i++) {
            actual.add(restored.decide(samples.get(i)));
        }

        // Then
        assertThat(actual).isEqualTo(expected.subList(9_000, expected.size()));
        print("state: %d entries, %.0f bytes put per sample", state.size(), state.bytesPut() / (double) samples.size());
    }

    @Test
    void shouldDropStateOfAnotherWindowAndKeepItOverAnotherRate() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        KeepRateRule first = rule(0.27, true, 500, 1, state);
        WildStream.draw(WildStream.gray(), 20_000, 16).forEach(item -> first.decide(item.sample()));
        int entries = state.size();

        // When
        KeepRateRule otherRate = rule(0.1, true, 500, 1, state);
        double warm = warmAfterOne(otherRate);
        KeepRateRule otherWindow = rule(0.1, true, 400, 1, state);
        double cold = warmAfterOne(otherWindow);

        // Then
        assertThat(entries).isPositive();
        assertThat(warm).isGreaterThan(0.8);
        assertThat(cold).isZero();
        assertThat(state.size()).isEqualTo(1);
    }

    @Test
    void shouldKeepStatesOfDifferentClassCountsApart() {
        // Given
        KeepRateRule rule = rule(0.5, true, WINDOW, 1, new InMemoryRuleState());

        // When
        for (int i = 0; i < 2000; i++) {
            rule.decide(new ScoredSample(0, i, i % 7, i % 10, 10));
            rule.decide(new ScoredSample(0, i, i % 7, i % 3, 3));
        }

        // Then
        assertThat(rule.report().thresholds()).hasSize(3).doesNotContain(Double.NaN);
    }

    @Test
    void shouldForgetTheRarestClassCountWhenTeachersWithEverOtherOnesWrite() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        KeepRateRule rule = rule(0.5, true, 64, 1, state);
        List<SelectionDecision> decisions = new ArrayList<>();
        List<SelectionDecision> expected = new ArrayList<>();
        KeepRateRule alone = rule(0.5, true, 64, 1, new InMemoryRuleState());

        // When
        for (int i = 0; i < 3000; i++) {
            ScoredSample own = new ScoredSample(0, i, i * 0.37 % 1, i % 10, 10);
            decisions.add(rule.decide(own));
            expected.add(alone.decide(own));
            if (i > 10) {
                rule.decide(new ScoredSample(0, i, 0.5, 1, 11 + i));
            }
        }

        // Then
        assertThat(decisions).isEqualTo(expected);
        assertThat(state.size()).isLessThanOrEqualTo(10 + KeepRateRule.MAX_CLASS_COUNTS - 1);
        assertThat(decide(rule(0.5, true, 64, 1, state.copy()))).isEqualTo(decide(rule));
    }

    @Test
    void shouldHoldTheShareOfASourceAndFillItsRateWithOthers() {
        // Given
        List<Item> stream = WildStream.draw(WildStream.gray(), 110_000, 17);
        List<Item> sourced = stream.stream()
                .map(item -> new Item(withSource(item.sample(), item.source()), item.source()))
                .toList();
        KeepRateRule rule = new KeepRateRule(
                0.2, false, WINDOW, 1, new ShareCaps(0, 0.3, new InMemoryRuleState()), new InMemoryRuleState());

        // When
        List<Item> kept = sourced.stream()
                .filter(item -> rule.decide(item.sample()) instanceof Kept)
                .toList();

        // Then
        double target = 0.2 * stream.size();
        double mnist =
                kept.stream().filter(item -> item.source().equals("mnist")).count() / target;
        double fashion =
                kept.stream().filter(item -> item.source().equals("fashion")).count() / target;
        print("share of mnist %.4f, of fashion %.4f, kept %.4f of the target", mnist, fashion, kept.size() / target);
        assertThat(mnist).isLessThanOrEqualTo(0.3 + ShareCaps.BURST / target);
        assertThat(fashion).isLessThanOrEqualTo(0.3 + ShareCaps.BURST / target);
        assertThat(mnist).isGreaterThan(0.29);
    }

    private static ScoredSample withSource(ScoredSample sample, String source) {
        return new ScoredSample(
                sample.partition(),
                sample.offset(),
                sample.noiseValue(),
                sample.pseudoLabel(),
                sample.classes(),
                source,
                sample.score());
    }

    private static List<SelectionDecision> decide(KeepRateRule rule) {
        List<SelectionDecision> decisions = new ArrayList<>();
        for (int i = 5000; i < 5100; i++) {
            decisions.add(rule.decide(new ScoredSample(0, i, i * 0.37 % 1, i % 10, 10)));
        }
        return decisions;
    }

    private static KeepRateRule rule(double rate, boolean balanced, int window, long seed, RuleState state) {
        return new KeepRateRule(rate, balanced, window, seed, new ShareCaps(0, 0, state), state);
    }

    private static double warmAfterOne(KeepRateRule rule) {
        rule.decide(new ScoredSample(0, 1_000_000, 0.1, 5, WildStream.CLASSES));
        return rule.report().warm();
    }

    private static Item item(int i, double noiseValue, int label, int classes) {
        return new Item(new ScoredSample(i % 4, i / 4, noiseValue, label, classes), "fashion");
    }

    private static List<Item> keep(List<Item> stream, double rate, boolean balanced) {
        List<KeepRateRule> rules = new ArrayList<>();
        for (int partition = 0; partition < WildStream.PARTITIONS; partition++) {
            rules.add(rule(rate, balanced, WINDOW, 99, new InMemoryRuleState()));
        }
        List<Item> kept = new ArrayList<>();
        for (Item item : stream) {
            SelectionDecision decision = rules.get(item.sample().partition()).decide(item.sample());
            if (decision instanceof Kept) {
                assertThat(item.sample().noiseValue()).isLessThanOrEqualTo(decision.threshold());
                kept.add(item);
            }
        }
        return kept;
    }

    private static List<Item> offline(List<Item> stream, double rate, boolean balanced) {
        int groups = balanced ? WildStream.CLASSES : 1;
        List<Item> kept = new ArrayList<>();
        for (int k = 0; k < groups; k++) {
            int label = k;
            stream.stream()
                    .filter(item -> !balanced || item.sample().pseudoLabel() == label)
                    .sorted(java.util.Comparator.comparingDouble(
                            item -> item.sample().noiseValue()))
                    .limit(Math.round(stream.size() * rate / groups))
                    .forEach(kept::add);
        }
        return kept;
    }

    private static double agreement(List<Item> kept, List<Item> offline) {
        Set<ScoredSample> both = new HashSet<>();
        kept.forEach(item -> both.add(item.sample()));
        long shared =
                offline.stream().filter(item -> both.contains(item.sample())).count();
        return shared / (double) offline.size();
    }

    private static double precision(List<Item> items) {
        return items.stream().filter(item -> item.source().equals("fashion")).count() / (double) items.size();
    }

    private static long count(List<Item> items, int label) {
        return items.stream()
                .filter(item -> item.sample().pseudoLabel() == label)
                .count();
    }

    private static void print(String format, Object... values) {
        org.slf4j.LoggerFactory.getLogger(KeepRateRuleTest.class)
                .info("{}", String.format(java.util.Locale.ROOT, format, values));
    }
}
