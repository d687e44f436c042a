package io.wildstream.gateway.control;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.gateway.ApiErrors;

/** Refuses a selection policy that no selector could run, naming the field. */
public final class PolicyChecks {

    private static final int LARGEST_WINDOW = 65_536;

    private PolicyChecks() {}

    /** Fails with INVALID_ARGUMENT unless a selector could run the policy. */
    public static void check(SelectionPolicy policy) {
        switch (policy.getPolicyCase()) {
            case THRESHOLD -> threshold(policy.getThreshold().getMaxNoiseValue());
            case KEEP_RATE -> keepRate(policy.getKeepRate());
            case RANDOM -> rate("policy.random.rate", policy.getRandom().getRate());
            case POLICY_NOT_SET -> throw ApiErrors.invalid("policy", "names none; set threshold, keep_rate or random");
        }
    }

    private static void threshold(double value) {
        if (!Double.isFinite(value) || value < 0) {
            throw ApiErrors.invalid("policy.threshold.max_noise_value", value + " is not finite and at least 0");
        }
    }

    private static void keepRate(KeepRatePolicy policy) {
        rate("policy.keep_rate.rate", policy.getRate());
        if (policy.getBalance() == Balance.UNRECOGNIZED) {
            throw ApiErrors.invalid("policy.keep_rate.balance", policy.getBalanceValue() + " is unknown");
        }
        if (policy.getWindow() < 0 || policy.getWindow() > LARGEST_WINDOW) {
            throw ApiErrors.invalid(
                    "policy.keep_rate.window",
                    Integer.toUnsignedString(policy.getWindow()) + " is not in [0, " + LARGEST_WINDOW + "]");
        }
    }

    private static void rate(String field, double value) {
        if (!(value > 0 && value <= 1)) {
            throw ApiErrors.invalid(field, value + " is not in (0, 1]");
        }
    }
}
