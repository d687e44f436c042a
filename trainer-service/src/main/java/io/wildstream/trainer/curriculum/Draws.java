// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

/**
 * Random numbers as a pure function of a seed and a step: SplitMix64 (Steele, Lea, Flood 2014), written out so that every JDK draws
 * the same. Not for secrets.
 */
public final class Draws {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** The draws of one step. */
    public Draws(long seed, long step) {
        this.state = mix(seed, step);
    }

    /** Hash of seed and step: equal steps of different seeds, and different steps of one seed, have nothing in common. */
    public static long mix(long seed, long step) {
        return finish(finish(seed + GAMMA) + step * GAMMA);
    }

    /** Uniform in [0, bound); bound at least 1. */
    public int next(int bound) {
        state += GAMMA;
        return (int) Long.remainderUnsigned(finish(state), bound);
    }

    private static long finish(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
