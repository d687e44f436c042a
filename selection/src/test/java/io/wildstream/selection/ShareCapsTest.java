// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShareCapsTest {

    private static final int SAMPLES = 50_000;

    @Test
    void boundsTheShareOfAClassAndOfASourceOfWhatAThresholdKeeps() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        ThresholdRule rule = new ThresholdRule(1, new ShareCaps(0.3, 0.5, state));
        SplittableRandom random = new SplittableRandom(1);
        Map<Object, Integer> kept = new HashMap<>();
        int all = 0;

        // When
        for (int i = 0; i < SAMPLES; i++) {
            ScoredSample sample = sample(i, random.nextInt(10) < 6 ? 0 : random.nextInt(1, 10), random.nextInt(10) < 8);
            if (rule.decide(sample) instanceof SelectionDecision.Kept) {
                all++;
                kept.merge(sample.pseudoLabel(), 1, Integer::sum);
                kept.merge(sample.source(), 1, Integer::sum);
            }
        }

        // Then
        assertThat(all).isGreaterThan(SAMPLES / 5);
        assertThat((double) kept.get(0)).isLessThanOrEqualTo(0.3 * all + ShareCaps.BURST);
        assertThat((double) kept.get("camera")).isLessThanOrEqualTo(0.5 * all + ShareCaps.BURST);
        assertThat((double) kept.get("camera")).isGreaterThan(0.49 * all);
    }

    @Test
    void goesOnAfterACrashAsIfNothingHadHappened() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        ThresholdRule through = new ThresholdRule(1, new ShareCaps(0.1, 0.3, state));
        decide(through, 0, 5000);
        InMemoryRuleState atCrash = state.copy();

        // When
        String decisions = decide(new ThresholdRule(1, new ShareCaps(0.1, 0.3, atCrash)), 5000, 6000);

        // Then
        assertThat(decisions).contains("0").contains("1").isEqualTo(decide(through, 5000, 6000));
    }

    @Test
    void remembersABoundedNumberOfSourcesAndForgetsThoseThatAreFullAgain() {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        ShareCaps caps = new ShareCaps(0, 0.001, state);

        // When
        for (int i = 0; i < 100_000; i++) {
            ScoredSample sample = new ScoredSample(0, i, 0, 0, 10, i % 2 == 0 ? "loud" : "s" + i, 0);
            if (caps.allow(sample)) {
                caps.keep(sample);
                caps.grant(1);
            }
        }

        // Then
        assertThat(caps.size()).isLessThanOrEqualTo(ShareCaps.MAX_BUCKETS);
        assertThat(state.size()).isLessThanOrEqualTo(ShareCaps.MAX_BUCKETS + 1);
        assertThat(caps.allow(new ScoredSample(0, 1, 0, 0, 10, "loud", 0))).isFalse();
    }

    private static String decide(ThresholdRule rule, int from, int to) {
        StringBuilder decisions = new StringBuilder();
        for (int i = from; i < to; i++) {
            decisions.append(rule.decide(sample(i, i % 12, i % 3 == 0)) instanceof SelectionDecision.Kept ? '1' : '0');
        }
        return decisions.toString();
    }

    private static ScoredSample sample(int i, int label, boolean camera) {
        return new ScoredSample(0, i, 0.5, label, 12, camera ? "camera" : "s" + i % 7, 0.5);
    }
}
