// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.List;

/** Keeps every sample whose score is at most a fixed bound. The share that this keeps is whatever the stream makes of it. */
public final class ThresholdRule implements SelectionRule {

    private final double maxScore;
    private final ShareCaps caps;

    /** A rule for a bound of at least 0. */
    public ThresholdRule(double maxScore, ShareCaps caps) {
        this.maxScore = maxScore;
        this.caps = caps;
    }

    @Override
    public SelectionDecision decide(ScoredSample sample) {
        boolean kept = sample.score() <= maxScore && caps.allow(sample);
        if (kept) {
            caps.keep(sample);
            caps.grant(1);
        }
        return SelectionDecision.of(kept, maxScore);
    }

    @Override
    public RuleReport report() {
        return new RuleReport(List.of(maxScore), 1);
    }
}
