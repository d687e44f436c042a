// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

/**
 * How much a student replays, so that a stream of some thousand kept samples makes a given number of steps.
 *
 * <p>With n kept samples and batches of B there are n/B fresh steps; with r replay steps for each, (1+r) n/B steps when the
 * stream ends. The ratio aims at 95 % of the steps by then: the rest comes after the end, so that a stream that keeps a little
 * more than expected does not overshoot, and every student makes the same number of steps.
 */
public final class RehearsalRatio {

    private static final double DONE_AT_END = 0.95;
    /** What a training spec may ask for. */
    private static final double LARGEST = 1000;

    private RehearsalRatio() {}

    /**
     * The ratio r = 0.95 steps B / n - 1, within [0, 1000].
     *
     * @param expectedKept n, at least 1
     * @param batch B, at least 1
     * @param steps steps of the student
     */
    public static double of(double expectedKept, int batch, long steps) {
        double fresh = expectedKept / batch;
        double ratio = Math.min(LARGEST, Math.max(0, DONE_AT_END * steps / fresh - 1));
        // Four digits are enough, and make the spec legible.
        return Math.round(ratio * 1e4) / 1e4;
    }

    /** The least number of steps with which each kept sample can be learned once. */
    public static long leastSteps(double expectedKept, int batch) {
        return (long) Math.ceil(expectedKept / batch / DONE_AT_END);
    }
}
