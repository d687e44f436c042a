// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;

/** What a policy asks for, as a score and a rule. Every policy given here must be valid, see {@link SelectionPolicies#problem}. */
public final class PolicyRules {

    private PolicyRules() {}

    /** The sample of an output with the score that the policy ranks by. */
    public static ScoredSample score(SelectionPolicy policy, ScoredOutput output) {
        ScoredSample sample = output.sample();
        if (policy.getScore() != Score.SCORE_FEATURE_NORMALISED) {
            return sample;
        }
        return sample.withScore(FeatureNormalisedScore.of(
                output.logits(), sample.pseudoLabel(), output.featureNorm(), SelectionPolicies.tau(policy)));
    }

    /**
     * The rule of the policy for one partition; it continues from what is stored.
     *
     * @param curriculum name, which seeds the draws that break ties
     */
    static SelectionRule rule(String curriculum, SelectionPolicy policy, RuleState stored) {
        return switch (policy.getPolicyCase()) {
            case THRESHOLD -> new ThresholdRule(policy.getThreshold().getMaxNoiseValue(), caps(policy, stored));
            case KEEP_RATE -> keepRate(curriculum, policy, stored);
            case RANDOM ->
                new RandomRule(policy.getRandom().getRate(), policy.getRandom().getSeed());
            case TOP_N_WINDOW, TWO_PASS -> new DeferringRule();
            case POLICY_NOT_SET -> throw new IllegalArgumentException("the policy is empty");
        };
    }

    private static SelectionRule keepRate(String curriculum, SelectionPolicy policy, RuleState stored) {
        KeepRatePolicy keepRate = policy.getKeepRate();
        boolean balanced = SelectionPolicies.balanced(keepRate.getBalance());
        int window = keepRate.getWindow() == 0 ? KeepRateRule.DEFAULT_WINDOW : keepRate.getWindow();
        ShareCaps caps = caps(policy, stored);
        return new KeepRateRule(keepRate.getRate(), balanced, window, curriculum.hashCode(), caps, stored);
    }

    private static ShareCaps caps(SelectionPolicy policy, RuleState stored) {
        return new ShareCaps(policy.getMaxSharePerClass(), policy.getMaxSharePerSource(), stored);
    }
}
