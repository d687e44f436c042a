// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import java.util.List;

/** The curricula that can be named on the command line, and the policy of each name. */
public final class Policies {

    /** The class-balanced keep-rate rule. */
    public static final String DFND = "dfnd";
    /** The paper's rule: one quantile for all classes. */
    public static final String DFND_GLOBAL = "dfnd-global";
    /** The paper's rule with KD-fn's normalisation in the score. */
    public static final String DFND_FN = "dfnd-fn";
    /** Exact class-balanced selection in tumbling windows. */
    public static final String DFND_TOP_N = "dfnd-top-n";
    /** Exact class-balanced selection from the whole stream, once it has ended. */
    public static final String DFND_TWO_PASS = "dfnd-two-pass";
    /** The baseline: a random choice of equal rate. */
    public static final String RANDOM = "random";

    /** All names. */
    public static final List<String> NAMES = List.of(DFND, DFND_GLOBAL, DFND_FN, DFND_TOP_N, DFND_TWO_PASS, RANDOM);

    /** Samples of a window of {@link #DFND_TOP_N}. */
    private static final int WINDOW = 4096;

    private Policies() {}

    /**
     * The policy of a name.
     *
     * @param rate share of the stream to keep, in (0, 1]
     * @param seed of the random choice
     * @throws IllegalArgumentException when the name is unknown
     */
    public static SelectionPolicy of(String name, double rate, long seed) {
        return switch (name) {
            case DFND -> keepRate(rate, Balance.BALANCE_CLASS);
            case DFND_GLOBAL -> keepRate(rate, Balance.BALANCE_GLOBAL);
            case DFND_FN ->
                keepRate(rate, Balance.BALANCE_GLOBAL).toBuilder()
                        .setScore(Score.SCORE_FEATURE_NORMALISED)
                        .build();
            case DFND_TOP_N -> topN((int) Math.max(1, Math.round(rate * WINDOW)));
            case DFND_TWO_PASS ->
                SelectionPolicy.newBuilder()
                        .setTwoPass(TwoPassPolicy.newBuilder().setRate(rate))
                        .build();
            case RANDOM ->
                SelectionPolicy.newBuilder()
                        .setRandom(RandomPolicy.newBuilder().setRate(rate).setSeed(seed))
                        .build();
            default -> throw new IllegalArgumentException("curriculum '" + name + "' is unknown; known are " + NAMES);
        };
    }

    /** Whether a policy gives each pseudo-label an equal share. */
    public static boolean balanced(SelectionPolicy policy) {
        return switch (policy.getPolicyCase()) {
            case KEEP_RATE -> SelectionPolicies.balanced(policy.getKeepRate().getBalance());
            case TOP_N_WINDOW ->
                SelectionPolicies.balanced(policy.getTopNWindow().getBalance());
            case TWO_PASS -> SelectionPolicies.balanced(policy.getTwoPass().getBalance());
            case THRESHOLD, RANDOM, POLICY_NOT_SET -> false;
        };
    }

    private static SelectionPolicy topN(int keep) {
        return SelectionPolicy.newBuilder()
                .setTopNWindow(TopNWindowPolicy.newBuilder().setWindow(WINDOW).setKeep(keep))
                .build();
    }

    private static SelectionPolicy keepRate(double rate, Balance balance) {
        return SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate).setBalance(balance))
                .build();
    }
}
