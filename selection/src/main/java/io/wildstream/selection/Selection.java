// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import io.wildstream.contracts.v1.SelectionPolicy;

/**
 * The selection of one curriculum in one partition: it takes the teacher's outputs in their order and says of each whether the curriculum
 * keeps it. The selector has one for each curriculum and partition, with its state in a store; whoever wants to know what a selector would
 * decide uses the same object with an {@link InMemoryRuleState}. Used by one thread, but for {@link #report}.
 */
public final class Selection {

    private final SelectionPolicy policy;
    private final SelectionRule rule;

    /**
     * A selection that continues from what is stored.
     *
     * @param curriculum name, which seeds the draws that break ties
     * @param policy valid, see {@link io.wildstream.contracts.SelectionPolicies#problem}
     */
    public Selection(String curriculum, SelectionPolicy policy, RuleState stored) {
        this.policy = policy;
        this.rule = PolicyRules.rule(curriculum, policy, stored);
    }

    /** The sample of an output with the score that this policy ranks by; it changes nothing. */
    public ScoredSample score(ScoredOutput output) {
        return PolicyRules.score(policy, output);
    }

    /** Decides on the next sample, which {@link #score} has scored. */
    public SelectionDecision decide(ScoredSample scored) {
        return rule.decide(scored);
    }

    /** Scores the next output and decides on it. */
    public SelectionDecision decide(ScoredOutput output) {
        return decide(score(output));
    }

    /** How the rule stands now. Callable from any thread; may lag a few samples behind. */
    public RuleReport report() {
        return rule.report();
    }
}
