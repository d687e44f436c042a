package io.wildstream.selector;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.selector.policy.KeepRateRule;
import io.wildstream.selector.policy.RandomRule;
import io.wildstream.selector.policy.RuleState;
import io.wildstream.selector.policy.SelectionRule;
import io.wildstream.selector.policy.ThresholdRule;

/**
 * One generation of a curriculum's policy, known to be valid.
 *
 * @param name of the curriculum
 * @param generation of the policy on {@code control}
 * @param policy what to keep
 */
record Curriculum(String name, long generation, SelectionPolicy policy) {

    /**
     * Checks the policy.
     *
     * @throws IllegalArgumentException naming the field and what it may be
     */
    Curriculum {
        Topics.requireName("curriculum", name);
        switch (policy.getPolicyCase()) {
            case THRESHOLD ->
                require(
                        policy.getThreshold().getMaxNoiseValue() >= 0,
                        "threshold.max_noise_value",
                        policy.getThreshold().getMaxNoiseValue(),
                        "at least 0");
            case KEEP_RATE -> {
                requireRate("keep_rate.rate", policy.getKeepRate().getRate());
                int window = policy.getKeepRate().getWindow();
                require(
                        window >= 0 && window <= KeepRateRule.MAX_WINDOW,
                        "keep_rate.window",
                        Integer.toUnsignedLong(window),
                        "at most " + KeepRateRule.MAX_WINDOW);
                require(
                        policy.getKeepRate().getBalance() != Balance.UNRECOGNIZED,
                        "keep_rate.balance",
                        policy.getKeepRate().getBalanceValue(),
                        "CLASS or GLOBAL");
            }
            case RANDOM -> requireRate("random.rate", policy.getRandom().getRate());
            case POLICY_NOT_SET ->
                throw new IllegalArgumentException("the policy is empty: set threshold, keep_rate or random");
        }
    }

    /** The rule of this policy for one input partition, going on from what is stored. */
    SelectionRule rule(RuleState stored) {
        return switch (policy.getPolicyCase()) {
            case THRESHOLD -> threshold(policy.getThreshold());
            case KEEP_RATE -> keepRate(policy.getKeepRate(), stored);
            case RANDOM -> random(policy.getRandom());
            case POLICY_NOT_SET -> throw new IllegalStateException("an empty policy was let in");
        };
    }

    private static SelectionRule threshold(ThresholdPolicy threshold) {
        return new ThresholdRule(threshold.getMaxNoiseValue());
    }

    private static SelectionRule random(RandomPolicy random) {
        return new RandomRule(random.getRate(), random.getSeed());
    }

    private SelectionRule keepRate(KeepRatePolicy keepRate, RuleState stored) {
        boolean balanced = keepRate.getBalance() != Balance.BALANCE_GLOBAL;
        int window = keepRate.getWindow() == 0 ? KeepRateRule.DEFAULT_WINDOW : keepRate.getWindow();
        return new KeepRateRule(keepRate.getRate(), balanced, window, name.hashCode(), stored);
    }

    private static void requireRate(String field, double rate) {
        require(rate > 0 && rate <= 1, field, rate, "above 0 and at most 1");
    }

    private static void require(boolean holds, String field, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(field + " is " + value + ": it must be " + allowed);
        }
    }
}
