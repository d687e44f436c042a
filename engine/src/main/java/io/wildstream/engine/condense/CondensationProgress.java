// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

/**
 * How far a condensation is.
 *
 * @param iteration iterations done
 * @param iterations of the whole
 * @param loss mean cross-entropy of real images after the inner steps, running mean
 * @param accuracy share of real images that are then right, running mean, in [0, 1]
 * @param seconds since this run began
 * @param doneBefore iterations that an earlier run had done
 */
public record CondensationProgress(
        int iteration, int iterations, double loss, double accuracy, double seconds, int doneBefore) {

    /** Seconds until the last iteration at the speed so far. */
    public double secondsLeft() {
        return seconds / Math.max(1, iteration - doneBefore) * (iterations - iteration);
    }
}
