// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.List;

/**
 * Keeps a share of the stream without looking at it: the baseline of every claim. The draw is a hash of seed and sample position, so a
 * sample is kept or not whichever instance sees it, however often.
 */
public final class RandomRule implements SelectionRule {

    private final double rate;
    private final long seed;

    /** A rule that keeps with probability {@code rate} in (0, 1]. */
    public RandomRule(double rate, long seed) {
        this.rate = rate;
        this.seed = seed;
    }

    @Override
    public SelectionDecision decide(ScoredSample sample) {
        double draw = UniformHash.draw(seed, sample.partition(), sample.offset());
        return SelectionDecision.of(draw < rate, Double.POSITIVE_INFINITY);
    }

    @Override
    public RuleReport report() {
        return new RuleReport(List.of(Double.POSITIVE_INFINITY), 1);
    }
}
