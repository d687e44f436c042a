package io.wildstream.local.client;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import java.util.List;

/** The curricula that can be named on the command line, and the policy that each name stands for. */
public final class Policies {

    /** The class-balanced keep-rate rule. */
    public static final String DFND = "dfnd";
    /** The paper's rule: one quantile for all classes. */
    public static final String DFND_GLOBAL = "dfnd-global";
    /** The baseline: a random choice of equal rate. */
    public static final String RANDOM = "random";

    /** All names. */
    public static final List<String> NAMES = List.of(DFND, DFND_GLOBAL, RANDOM);

    private Policies() {}

    /**
     * The policy that a name stands for.
     *
     * @param rate share of the stream to keep, in (0, 1]
     * @param seed of the random choice
     * @throws IllegalArgumentException when the name is unknown
     */
    public static SelectionPolicy of(String name, double rate, long seed) {
        return switch (name) {
            case DFND -> keepRate(rate, Balance.BALANCE_CLASS);
            case DFND_GLOBAL -> keepRate(rate, Balance.BALANCE_GLOBAL);
            case RANDOM ->
                SelectionPolicy.newBuilder()
                        .setRandom(RandomPolicy.newBuilder().setRate(rate).setSeed(seed))
                        .build();
            default -> throw new IllegalArgumentException("curriculum '" + name + "' is unknown; known are " + NAMES);
        };
    }

    private static SelectionPolicy keepRate(double rate, Balance balance) {
        return SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate).setBalance(balance))
                .build();
    }
}
