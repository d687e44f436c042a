// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection.ranked;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selection.SelectionDecision.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exact selection against one that sorts objects and walks through them. */
class TopNTest {

    private static final int SAMPLES = 100_000;
    private static final int CLASSES = 10;
    private static final List<String> SOURCES = List.of("camera", "web", "archive");

    @ParameterizedTest
    @CsvSource({
        "false, 0, 0, 27000",
        "true, 0, 0, 27000",
        "true, 0, 0, 90003",
        "false, 0.15, 0, 20000",
        "false, 0, 0.4, 27000",
        "true, 0.05, 0.5, 30001",
        "false, 0, 0, 0",
        "false, 0, 0, 200000",
        "true, 0, 0, 3"
    })
    void keepsWhatBruteForceKeeps(boolean balanced, double perClass, double perSource, int count) {
        // Given
        List<ScoredSample> samples = samplesWithTies(count);
        TopN rule = new TopN(balanced, perClass, perSource);

        // When
        Cut cut = rule.cut(candidates(samples), count);
        Set<ScoredSample> kept = new HashSet<>();
        for (ScoredSample sample : samples) {
            if (cut.decide(sample, sample.partition(), sample.offset()) instanceof Kept) {
                kept.add(sample);
            }
        }

        // Then
        assertThat(kept).isEqualTo(bruteForce(samples, rule, count));
        assertThat(cut.kept()).isEqualTo(kept.size());
    }

    @Test
    void givesNoQuotaToLabelsThatTheTeacherOfMostSamplesDoesNotHave() {
        // Given
        List<ScoredSample> samples = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            samples.add(new ScoredSample(0, i, 0.5, i % 2, 2));
        }
        samples.add(new ScoredSample(0, 100, 0, 7, 1000));

        // When
        Cut cut = new TopN(true, 0, 0).cut(candidates(samples), 10);

        // Then
        assertThat(cut.kept()).isEqualTo(10);
        assertThat(cut.decide(samples.get(100), 0, 100)).isNotInstanceOf(Kept.class);
        assertThat(cut.decide(samples.get(9), 0, 9)).isEqualTo(new Kept(0.5));
        assertThat(cut.decide(samples.get(10), 0, 10)).isEqualTo(new SelectionDecision.NotKept(0.5));
    }

    private static List<ScoredSample> samplesWithTies(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredSample> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            int label = Math.min(random.nextInt(CLASSES), random.nextInt(CLASSES));
            // A third is exactly 0, the others take 500 values.
            double score = random.nextInt(3) == 0 ? 0 : random.nextInt(500) * 0.004;
            String source = SOURCES.get(Math.min(random.nextInt(3), random.nextInt(3)));
            samples.add(new ScoredSample(i % 4, i / 4, score, label, CLASSES, source, score));
        }
        return samples;
    }

    private static Candidates candidates(List<ScoredSample> samples) {
        Candidates candidates = new Candidates();
        for (ScoredSample sample : samples) {
            candidates.add(
                    sample.partition(),
                    sample.offset(),
                    sample.score(),
                    sample.pseudoLabel(),
                    sample.classes(),
                    sample.source());
        }
        return candidates;
    }

    private static Set<ScoredSample> bruteForce(List<ScoredSample> samples, TopN rule, int count) {
        List<ScoredSample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingDouble(ScoredSample::score)
                .thenComparing(ScoredSample::partition)
                .thenComparing(ScoredSample::offset));
        Map<Object, Integer> used = new HashMap<>();
        Set<ScoredSample> kept = new HashSet<>();
        for (ScoredSample sample : sorted) {
            int label = sample.pseudoLabel();
            int quota = rule.balanced() ? count / CLASSES + (label < count % CLASSES ? 1 : 0) : count;
            int classCap = rule.maxSharePerClass() == 0 ? SAMPLES : (int) (rule.maxSharePerClass() * count);
            int sourceCap = rule.maxSharePerSource() == 0 ? SAMPLES : (int) (rule.maxSharePerSource() * count);
            boolean room = kept.size() < count
                    && used.getOrDefault(label, 0) < Math.min(quota, classCap)
                    && used.getOrDefault(sample.source(), 0) < sourceCap;
            if (room) {
                kept.add(sample);
                used.merge(label, 1, Integer::sum);
                used.merge(sample.source(), 1, Integer::sum);
            }
        }
        return kept;
    }
}
