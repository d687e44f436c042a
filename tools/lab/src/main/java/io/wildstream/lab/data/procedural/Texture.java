// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import java.util.SplittableRandom;

/** The brightness of a surface at each point of the plane, 0 to 1. */
interface Texture {
    double brightness(double x, double y);

    static Texture plain() {
        return (x, y) -> 1;
    }

    /** Falls off along one direction, as if lit from a side. */
    static Texture shaded(SplittableRandom random) {
        double angle = random.nextDouble(2 * Math.PI);
        double alongX = 0.35 * StrictMath.cos(angle);
        double alongY = 0.35 * StrictMath.sin(angle);
        return (x, y) -> clamp(0.65 + alongX * x + alongY * y);
    }

    /** Parallel waves in a random direction and phase. */
    static Texture stripes(SplittableRandom random, double period) {
        double angle = random.nextDouble(2 * Math.PI);
        double phase = random.nextDouble(2 * Math.PI);
        double alongX = 2 * Math.PI / period * StrictMath.cos(angle);
        double alongY = 2 * Math.PI / period * StrictMath.sin(angle);
        return (x, y) -> 0.6 + 0.4 * StrictMath.sin(alongX * x + alongY * y + phase);
    }

    /** Two crossing waves: bright and dark fields. */
    static Texture checks(SplittableRandom random, double period) {
        double angle = random.nextDouble(2 * Math.PI);
        double phaseX = random.nextDouble(2 * Math.PI);
        double phaseY = random.nextDouble(2 * Math.PI);
        double frequency = 2 * Math.PI / period;
        double cos = frequency * StrictMath.cos(angle);
        double sin = frequency * StrictMath.sin(angle);
        return (x, y) -> {
            double product = StrictMath.sin(cos * x + sin * y + phaseX) * StrictMath.sin(cos * y - sin * x + phaseY);
            return clamp(0.6 + 0.8 * product);
        };
    }

    /** Clouds: random values on a grid of the given spacing, smoothly joined. */
    static Texture clouds(SplittableRandom random, double spacing) {
        long seed = random.nextLong();
        return (x, y) -> {
            double gridX = x / spacing + 64;
            double gridY = y / spacing + 64;
            int left = (int) gridX;
            int top = (int) gridY;
            double along = eased(gridX - left);
            double down = eased(gridY - top);
            double upper = lattice(seed, left, top) * (1 - along) + lattice(seed, left + 1, top) * along;
            double lower = lattice(seed, left, top + 1) * (1 - along) + lattice(seed, left + 1, top + 1) * along;
            return upper * (1 - down) + lower * down;
        };
    }

    private static double eased(double t) {
        return t * t * (3 - 2 * t);
    }

    /** A fixed random value in [0, 1) for each grid point (the finaliser of SplitMix64). */
    private static double lattice(long seed, int x, int y) {
        long bits = seed + x * 0x9E3779B97F4A7C15L + y * 0xC2B2AE3D27D4EB4FL;
        bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        return ((bits ^ bits >>> 31) >>> 11) * 0x1p-53;
    }

    private static double clamp(double value) {
        return Math.min(Math.max(value, 0), 1);
    }
}
