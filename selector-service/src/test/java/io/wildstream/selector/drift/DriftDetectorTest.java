// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.selection.InMemoryRuleState;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.WildStream;
import io.wildstream.selection.WildStream.Item;
import io.wildstream.selector.drift.Drift.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftDetectorTest {

    private static final double DELTA = 1e-4;

    /** A change and the number of samples before it. */
    private record Found(long at, Drift drift) {}

    @Test
    void raisesNoFalseAlarmInAMillionSamplesOfStreamsThatDoNotChange() {
        // Given
        int streams = 10;
        int length = 100_000;
        List<Found> alarms = new ArrayList<>();

        // When
        for (int seed = 0; seed < streams; seed++) {
            DriftDetector detector = new DriftDetector(DELTA, new InMemoryRuleState());
            alarms.addAll(run(detector, WildStream.draw(WildStream.gray(), length, 100 + seed)));
        }

        // Then
        print("false alarms in %d samples: %d", streams * length, alarms.size());
        assertThat(alarms).isEmpty();
    }

    @Test
    void staysBelowItsBoundOnFalseAlarmsWhereThatIsLargeEnoughToCount() {
        // Given
        double delta = 0.05;
        int streams = 10;
        int length = 100_000;
        List<Found> alarms = new ArrayList<>();

        // When
        for (int seed = 0; seed < streams; seed++) {
            DriftDetector detector = new DriftDetector(delta, new InMemoryRuleState());
            alarms.addAll(run(detector, WildStream.draw(WildStream.gray(), length, 200 + seed)));
        }

        // Then
        long mixTests = streams * (length / ClassMix.WINDOW - 1);
        long mix = alarms.stream()
                .filter(one -> one.drift().signal() == Signal.CLASS_MIX)
                .count();
        print("delta %.2f: %d mix alarms in %d tests, %d in all", delta, mix, mixTests, alarms.size());
        assertThat((double) mix).isLessThanOrEqualTo(delta * mixTests + 3 * Math.sqrt(delta * mixTests));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noticesANewSourceSoonByItsNoiseValueAndItsMix(long seed) {
        // Given
        List<Item> before = WildStream.draw(WildStream.rare(), 40_000, seed);
        List<Item> after = WildStream.draw(WildStream.gray().subList(0, 1), 40_000, seed + 50);
        DriftDetector detector = new DriftDetector(DELTA, new InMemoryRuleState());

        // When
        List<Found> early = run(detector, before);
        List<Found> late = run(detector, after);

        // Then
        Found noise = first(late, Signal.NOISE_VALUE);
        Found mix = first(late, Signal.CLASS_MIX);
        print("noticed after %d (noise value) and %d samples (mix)", noise.at(), mix.at());
        assertThat(early).isEmpty();
        assertThat(noise.at()).isLessThan(4096);
        assertThat(noise.drift().before()).isCloseTo(mean(before), within(0.02));
        assertThat(noise.drift().after()).isLessThan(noise.drift().before());
        assertThat(mix.at()).isLessThanOrEqualTo(2 * ClassMix.WINDOW);
        assertThat(mix.drift().label()).isEqualTo(5);
        assertThat(mix.drift().before() - mix.drift().after()).isGreaterThan(0.1);
    }

    @Test
    void goesOnAfterACrashAsIfNothingHadHappened() {
        // Given
        List<Item> stream = new ArrayList<>(WildStream.draw(WildStream.rare(), 20_011, 4));
        stream.addAll(WildStream.draw(WildStream.gray().subList(0, 1), 20_000, 5));
        InMemoryRuleState state = new InMemoryRuleState();
        DriftDetector through = new DriftDetector(DELTA, state);
        run(through, stream.subList(0, 20_011));
        InMemoryRuleState atCrash = state.copy();

        // When
        List<Found> found = run(new DriftDetector(DELTA, atCrash), stream.subList(20_011, stream.size()));

        // Then
        assertThat(found).isNotEmpty().isEqualTo(run(through, stream.subList(20_011, stream.size())));
        assertThat(state.size()).isEqualTo(DriftDetector.BLOCK + 1);
        print("state: %.0f bytes put per sample", state.bytesPut() / (double) stream.size());
    }

    @Test
    void keepsALogarithmicNumberOfBucketsAndTheExactMean() {
        // Given
        Adwin adwin = new Adwin(DELTA);

        // When
        for (int i = 0; i < 100_000; i++) {
            adwin.add(1, i % 2 == 0 ? 0.25 : 0.75, 0);
        }

        // Then
        assertThat(adwin.size()).isEqualTo(100_000);
        assertThat(adwin.toBytes().length).isLessThan(24 * 6 * 17);
        assertThat(adwin.add(1, 0.25, 0)).isEmpty();
    }

    private static List<Found> run(DriftDetector detector, List<Item> stream) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < stream.size(); i++) {
            ScoredSample sample = stream.get(i).sample();
            long at = i + 1;
            detector.add(sample.noiseValue(), sample.pseudoLabel(), sample.classes())
                    .forEach(drift -> found.add(new Found(at, drift)));
        }
        return found;
    }

    private static Found first(List<Found> found, Signal signal) {
        return found.stream()
                .filter(one -> one.drift().signal() == signal)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no change of " + signal));
    }

    private static double mean(List<Item> stream) {
        return stream.stream()
                .mapToDouble(item -> item.sample().noiseValue())
                .average()
                .orElse(0);
    }

    private static void print(String format, Object... values) {
        org.slf4j.LoggerFactory.getLogger(DriftDetectorTest.class)
                .info("{}", String.format(java.util.Locale.ROOT, format, values));
    }
}
