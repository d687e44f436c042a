// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.SelectionPolicies.Problem;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.policy.DeferringRule;
import io.wildstream.selector.policy.FeatureNormalisedScore;
import io.wildstream.selector.policy.KeepRateRule;
import io.wildstream.selector.policy.RandomRule;
import io.wildstream.selector.policy.RuleState;
import io.wildstream.selector.policy.ScoredSample;
import io.wildstream.selector.policy.SelectionRule;
import io.wildstream.selector.policy.ShareCaps;
import io.wildstream.selector.policy.ThresholdRule;
import io.wildstream.selector.policy.TopN;
import java.util.OptionalDouble;

/**
 * One generation of a curriculum's policy, known to be valid.
 *
 * @param name of the curriculum
 * @param generation of the policy on {@code control}
 * @param policy what to keep
 */
public record Curriculum(String name, long generation, SelectionPolicy policy) {

    /**
     * Checks the policy.
     *
     * @throws IllegalArgumentException naming the field and what it may be
     */
    public Curriculum {
        Topics.requireName("curriculum", name);
        SelectionPolicies.problem(policy).ifPresent(problem -> {
            throw new IllegalArgumentException(text(problem));
        });
    }

    private static String text(Problem problem) {
        if (problem.field().isEmpty()) {
            return "the policy is empty: set " + problem.allowed();
        }
        return problem.field() + " is " + problem.value() + ": it must be " + problem.allowed();
    }

    /** Whether a sample is put to {@link #rule} when it comes; {@code two_pass} reads the log by itself. */
    public boolean decidesOnArrival() {
        return !policy.hasTwoPass();
    }

    /** The sample of a teacher output as this policy ranks it. */
    public ScoredSample scored(Output output) {
        ScoredSample sample = output.scored();
        if (policy.getScore() != Score.SCORE_FEATURE_NORMALISED) {
            return sample;
        }
        double norm = output.message().getFeatureNorm();
        return sample.withScore(
                FeatureNormalisedScore.of(output.logits(), sample.pseudoLabel(), norm, SelectionPolicies.tau(policy)));
    }

    /** The rule of this policy for one input partition, going on from what is stored. */
    public SelectionRule rule(RuleState stored) {
        return switch (policy.getPolicyCase()) {
            case THRESHOLD -> new ThresholdRule(policy.getThreshold().getMaxNoiseValue(), caps(stored));
            case KEEP_RATE -> keepRate(policy.getKeepRate(), stored);
            case RANDOM ->
                new RandomRule(policy.getRandom().getRate(), policy.getRandom().getSeed());
            case TOP_N_WINDOW, TWO_PASS -> new DeferringRule();
            case POLICY_NOT_SET -> throw new IllegalStateException("an empty policy was let in");
        };
    }

    /** How samples that are ranked together are kept. */
    public TopN topN() {
        Balance balance = policy.hasTwoPass()
                ? policy.getTwoPass().getBalance()
                : policy.getTopNWindow().getBalance();
        return new TopN(
                SelectionPolicies.balanced(balance), policy.getMaxSharePerClass(), policy.getMaxSharePerSource());
    }

    /** How many of a number of samples that are ranked together are to be kept: N, and of a part of a window its part of N. */
    public long keepOf(int samples) {
        return switch (policy.getPolicyCase()) {
            case TOP_N_WINDOW ->
                Math.round((double) policy.getTopNWindow().getKeep()
                        * samples
                        / SelectionPolicies.window(policy.getTopNWindow()));
            case TWO_PASS ->
                policy.getTwoPass().hasRate()
                        ? Math.round(policy.getTwoPass().getRate() * samples)
                        : policy.getTwoPass().getKeep();
            case THRESHOLD, KEEP_RATE, RANDOM, POLICY_NOT_SET ->
                throw new IllegalStateException(policy.getPolicyCase() + " ranks nothing");
        };
    }

    /** The share of the stream that the policy asks for, in (0, 1]; empty for one that asks for none. */
    public OptionalDouble askedRate() {
        return switch (policy.getPolicyCase()) {
            case KEEP_RATE -> OptionalDouble.of(policy.getKeepRate().getRate());
            case RANDOM -> OptionalDouble.of(policy.getRandom().getRate());
            case TOP_N_WINDOW ->
                OptionalDouble.of(
                        (double) policy.getTopNWindow().getKeep() / SelectionPolicies.window(policy.getTopNWindow()));
            case TWO_PASS ->
                policy.getTwoPass().hasRate()
                        ? OptionalDouble.of(policy.getTwoPass().getRate())
                        : OptionalDouble.empty();
            case THRESHOLD, POLICY_NOT_SET -> OptionalDouble.empty();
        };
    }

    private SelectionRule keepRate(KeepRatePolicy keepRate, RuleState stored) {
        boolean balanced = SelectionPolicies.balanced(keepRate.getBalance());
        int window = keepRate.getWindow() == 0 ? KeepRateRule.DEFAULT_WINDOW : keepRate.getWindow();
        return new KeepRateRule(keepRate.getRate(), balanced, window, name.hashCode(), caps(stored), stored);
    }

    private ShareCaps caps(RuleState stored) {
        return new ShareCaps(policy.getMaxSharePerClass(), policy.getMaxSharePerSource(), stored);
    }
}
