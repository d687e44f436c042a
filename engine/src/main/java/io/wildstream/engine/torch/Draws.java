// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import io.wildstream.engine.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Random numbers of one name, such as a parameter's: SplitMix64 and StrictMath, so the same everywhere. */
public final class Draws {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;
    private double spare = Double.NaN;

    /** A generator of its own for each seed and name. */
    public Draws(long seed, String name) {
        MessageDigest digest = Digests.newSha256();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        state = ByteBuffer.wrap(digest.digest()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** Uniform in (0, 1]. */
    public double unit() {
        state += GOLDEN_GAMMA;
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return ((z >>> 11) + 1) * 0x1.0p-53;
    }

    /** Normal with mean 0 and variance 1, by the method of Box and Muller. */
    public double normal() {
        if (!Double.isNaN(spare)) {
            double value = spare;
            spare = Double.NaN;
            return value;
        }
        double radius = StrictMath.sqrt(-2 * StrictMath.log(unit()));
        double angle = 2 * Math.PI * unit();
        spare = radius * StrictMath.sin(angle);
        return radius * StrictMath.cos(angle);
    }
}
