// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The faults of a run: a function of the seed, the processes and the length of the stream. Each process is a victim once a round, in a new
 * order each time, and meets every kind of fault before one is repeated. The positions are spread over the stream, each at random in
 * its part; the last fault comes when the last sample has been sent.
 *
 * @param faults in the order of their places
 */
public record FaultPlan(List<Fault> faults) {

    /** Share of the stream before the first fault. */
    static final double FROM = 0.06;
    /** Share of the stream that the other faults lie before. */
    static final double TO = 0.97;

    private static final long SHORT_FROM_MILLIS = 500;
    private static final long SHORT_TO_MILLIS = 5_000;
    private static final long LONG_FROM_MILLIS = 12_000;
    private static final long LONG_TO_MILLIS = 17_000;

    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /**
     * The plan of a seed.
     *
     * @param count faults, at least 1
     * @param samples length of the stream
     * @param victims names of the processes
     */
    public static FaultPlan of(long seed, int count, long samples, List<String> victims) {
        Random random = new Random(new SplittableRandom(seed).nextLong());
        Map<String, List<FaultKind>> kindsLeft = new HashMap<>();
        List<String> round = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (round.isEmpty()) {
                round.addAll(victims);
                Collections.shuffle(round, random);
            }
            String victim = round.remove(round.size() - 1);
            FaultKind kind = next(kindsLeft.computeIfAbsent(victim, unused -> new ArrayList<>()), random);
            double share = i == count - 1 ? 1 : FROM + (TO - FROM) * (i + random.nextDouble()) / count;
            faults.add(new Fault(i + 1, (long) (share * samples), victim, kind, stopMillis(kind, random)));
        }
        return new FaultPlan(faults);
    }

    private static FaultKind next(List<FaultKind> left, Random random) {
        if (left.isEmpty()) {
            left.addAll(List.of(FaultKind.values()));
            Collections.shuffle(left, random);
        }
        return left.remove(left.size() - 1);
    }

    private static long stopMillis(FaultKind kind, Random random) {
        return switch (kind) {
            case KILL, RESTART -> 0;
            case STOP -> between(SHORT_FROM_MILLIS, SHORT_TO_MILLIS, random);
            case LONG_STOP -> between(LONG_FROM_MILLIS, LONG_TO_MILLIS, random);
        };
    }

    private static long between(long from, long to, Random random) {
        return from + (long) ((to - from) * random.nextDouble());
    }
}
