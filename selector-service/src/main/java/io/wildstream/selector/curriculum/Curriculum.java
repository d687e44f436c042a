// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.SelectionPolicies.Problem;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.selection.PolicyRules;
import io.wildstream.selection.RuleState;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.Selection;
import io.wildstream.selection.ranked.TopN;
import io.wildstream.selector.input.TeacherOutputReader.Output;
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

    /** The sample of a teacher output with the score that this policy ranks by. */
    public ScoredSample score(Output output) {
        return PolicyRules.score(policy, output.scored());
    }

    /** The selection of this policy in one input partition; it continues from what is stored. */
    public Selection selection(RuleState stored) {
        return new Selection(name, policy, stored);
    }

    /** How samples that are ranked together are selected. */
    public TopN topN() {
        return TopN.of(policy);
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
}
