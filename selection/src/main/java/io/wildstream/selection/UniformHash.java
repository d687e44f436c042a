// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * A number in [0, 1) for a seed and a sample position, the same everywhere and always. It chains three rounds of the SplitMix64 generator
 * (Steele, Lea, Flood 2014: add 2^64/phi, then Stafford's mix 13), one for each input, so that neighbouring seeds, partitions and offsets
 * give unrelated numbers. Not for secrets.
 */
final class UniformHash {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1p-53;

    private UniformHash() {}

    /** The draw, a multiple of 2^-53. */
    static double draw(long seed, int partition, long offset) {
        long mixed = next(next(next(seed) + partition) + offset);
        return (mixed >>> 11) * UNIT;
    }

    private static long next(long state) {
        long z = state + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
