// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.SelectionPolicy.PolicyCase;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Ranges and defaults of a {@link SelectionPolicy}: what the gateway accepts and a selector can apply. */
public final class SelectionPolicies {

    /** Largest window of {@code keep_rate}, samples. */
    public static final int MAX_KEEP_RATE_WINDOW = 65_536;
    /** Window of {@code top_n_window} when none is named, samples. */
    public static final int DEFAULT_TOP_N_WINDOW = 8192;
    /** Largest window of {@code top_n_window}, samples. */
    public static final int MAX_TOP_N_WINDOW = 262_144;
    /** Largest number of samples that {@code two_pass} can rank and keep. */
    public static final long MAX_TWO_PASS_SAMPLES = 4_000_000;
    /** Factor of the logits in the feature-normalised score when none is named. */
    public static final double DEFAULT_TAU = 1;

    private static final double MAX_TAU = 1000;
    private static final String SHARE = "in (0, 1]";
    private static final String BALANCE = "CLASS or GLOBAL";

    private SelectionPolicies() {}

    /**
     * What is wrong with a policy.
     *
     * @param field its name, for example {@code keep_rate.rate}; empty when no policy is set
     * @param value the value of the field
     * @param allowed what the value may be, as in "it must be ..."
     */
    public record Problem(String field, String value, String allowed) {}

    /** The first problem of a policy, or empty when a selector can apply it. */
    public static Optional<Problem> problem(SelectionPolicy policy) {
        Stream<Supplier<Optional<Problem>>> checks = Stream.concat(ofPolicy(policy), ofScoreAndCaps(policy));
        return checks.map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    /** Samples of a window of {@code top_n_window}. */
    public static int window(TopNWindowPolicy policy) {
        return policy.getWindow() == 0 ? DEFAULT_TOP_N_WINDOW : policy.getWindow();
    }

    /** Factor of the logits in the feature-normalised score. */
    public static double tau(SelectionPolicy policy) {
        return policy.getTau() == 0 ? DEFAULT_TAU : policy.getTau();
    }

    /** Whether each pseudo-label has an equal share; the default. */
    public static boolean balanced(Balance balance) {
        return balance != Balance.BALANCE_GLOBAL;
    }

    private static Stream<Supplier<Optional<Problem>>> ofPolicy(SelectionPolicy policy) {
        return switch (policy.getPolicyCase()) {
            case THRESHOLD -> Stream.of(() -> threshold(policy.getThreshold().getMaxNoiseValue()));
            case KEEP_RATE -> ofKeepRate(policy.getKeepRate());
            case RANDOM ->
                Stream.of(() -> share("random.rate", policy.getRandom().getRate()));
            case TOP_N_WINDOW -> ofTopN(policy.getTopNWindow());
            case TWO_PASS -> ofTwoPass(policy.getTwoPass());
            case POLICY_NOT_SET ->
                Stream.of(() -> Optional.of(
                        new Problem("", "empty", "threshold, keep_rate, random, top_n_window or two_pass")));
        };
    }

    private static Stream<Supplier<Optional<Problem>>> ofKeepRate(KeepRatePolicy policy) {
        return Stream.of(
                () -> share("keep_rate.rate", policy.getRate()),
                () -> range("keep_rate.window", Integer.toUnsignedLong(policy.getWindow()), 0, MAX_KEEP_RATE_WINDOW),
                () -> balance("keep_rate.balance", policy.getBalance(), policy.getBalanceValue()));
    }

    private static Stream<Supplier<Optional<Problem>>> ofTopN(TopNWindowPolicy policy) {
        return Stream.of(
                () -> range("top_n_window.window", Integer.toUnsignedLong(policy.getWindow()), 0, MAX_TOP_N_WINDOW),
                () -> range("top_n_window.keep", Integer.toUnsignedLong(policy.getKeep()), 1, window(policy)),
                () -> balance("top_n_window.balance", policy.getBalance(), policy.getBalanceValue()));
    }

    private static Stream<Supplier<Optional<Problem>>> ofTwoPass(TwoPassPolicy policy) {
        return Stream.of(
                () -> policy.getSizeCase() == TwoPassPolicy.SizeCase.RATE
                        ? share("two_pass.rate", policy.getRate())
                        : range("two_pass.keep", policy.getKeep(), 1, MAX_TWO_PASS_SAMPLES),
                () -> balance("two_pass.balance", policy.getBalance(), policy.getBalanceValue()),
                () -> untilOffsets(policy.getUntilOffsetsList()));
    }

    private static Stream<Supplier<Optional<Problem>>> ofScoreAndCaps(SelectionPolicy policy) {
        return Stream.of(
                () -> score(policy),
                () -> tau(policy, policy.getTau()),
                () -> cap("max_share_per_class", policy, policy.getMaxSharePerClass()),
                () -> cap("max_share_per_source", policy, policy.getMaxSharePerSource()));
    }

    private static Optional<Problem> score(SelectionPolicy policy) {
        if (policy.getScore() == Score.UNRECOGNIZED) {
            return wrong("score", policy.getScoreValue(), "NOISE_VALUE or FEATURE_NORMALISED");
        }
        boolean idle = policy.getPolicyCase() == PolicyCase.RANDOM && policy.getScore() != Score.SCORE_UNSPECIFIED;
        return idle ? wrong("score", policy.getScore(), "left out: random does not use a score") : Optional.empty();
    }

    private static Optional<Problem> tau(SelectionPolicy policy, double tau) {
        if (tau == 0) {
            return Optional.empty();
        }
        if (policy.getScore() != Score.SCORE_FEATURE_NORMALISED) {
            return wrong("tau", tau, "left out: it belongs to the score FEATURE_NORMALISED");
        }
        return tau > 0 && tau <= MAX_TAU ? Optional.empty() : wrong("tau", tau, "in (0, " + (int) MAX_TAU + "]");
    }

    private static Optional<Problem> cap(String field, SelectionPolicy policy, double share) {
        if (share == 0) {
            return Optional.empty();
        }
        if (policy.getPolicyCase() == PolicyCase.RANDOM) {
            return wrong(field, share, "left out: random keeps whatever it draws");
        }
        return share(field, share);
    }

    private static Optional<Problem> untilOffsets(List<Long> offsets) {
        return offsets.stream()
                .filter(offset -> offset < 0)
                .findFirst()
                .flatMap(offset -> wrong("two_pass.until_offsets", offset, "at least 0"));
    }

    private static Optional<Problem> threshold(double value) {
        return Double.isFinite(value) && value >= 0
                ? Optional.empty()
                : wrong("threshold.max_noise_value", value, "finite and at least 0");
    }

    private static Optional<Problem> share(String field, double value) {
        return value > 0 && value <= 1 ? Optional.empty() : wrong(field, value, SHARE);
    }

    private static Optional<Problem> range(String field, long value, long min, long max) {
        return value >= min && value <= max ? Optional.empty() : wrong(field, value, "in [" + min + ", " + max + "]");
    }

    private static Optional<Problem> balance(String field, Balance balance, int value) {
        return balance == Balance.UNRECOGNIZED ? wrong(field, value, BALANCE) : Optional.empty();
    }

    private static Optional<Problem> wrong(String field, Object value, String allowed) {
        return Optional.of(new Problem(field, String.valueOf(value), allowed));
    }
}
