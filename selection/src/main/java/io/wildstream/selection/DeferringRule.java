// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.List;

/** Leaves every decision to the ranking stage, which sees the samples of all partitions. */
public final class DeferringRule implements SelectionRule {

    @Override
    public SelectionDecision decide(ScoredSample sample) {
        return new SelectionDecision.Deferred();
    }

    @Override
    public RuleReport report() {
        return new RuleReport(List.of(), 1);
    }
}
