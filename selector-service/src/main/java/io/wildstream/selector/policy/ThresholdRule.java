package io.wildstream.selector.policy;

import java.util.List;

/** Keeps every sample whose noise value is at most a fixed bound. The share that this keeps is whatever the stream makes of it. */
public final class ThresholdRule implements SelectionRule {

    private final double maxNoiseValue;

    /** A rule for a bound of at least 0. */
    public ThresholdRule(double maxNoiseValue) {
        this.maxNoiseValue = maxNoiseValue;
    }

    @Override
    public SelectionDecision decide(ScoredSample sample) {
        return SelectionDecision.of(sample.noiseValue() <= maxNoiseValue, maxNoiseValue);
    }

    @Override
    public RuleReport report() {
        return new RuleReport(List.of(maxNoiseValue), 1);
    }
}
