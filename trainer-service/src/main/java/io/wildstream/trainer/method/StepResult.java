// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one step showed.
 *
 * @param size samples of the minibatch
 * @param agreed samples on which the student's class was the pseudo-label, before the update
 * @param losses weighted loss terms by name, and their sum as {@code total}; of condensed images {@code rehearsal} alone
 * @param learningRate of the update
 */
public record StepResult(int size, int agreed, Map<String, Double> losses, double learningRate) {

    /** Name of the sum among the losses. */
    public static final String TOTAL = "total";

    /** Name of the loss on condensed images, the only one of such a step. */
    public static final String REHEARSAL = "rehearsal";

    /** Makes the losses immutable. */
    public StepResult {
        losses = Map.copyOf(losses);
    }

    /** A step with the spec's loss terms. */
    static StepResult of(int size, int agreed, Map<String, Double> parts, double total, double learningRate) {
        Map<String, Double> losses = new HashMap<>(parts);
        losses.put(TOTAL, total);
        return new StepResult(size, agreed, losses, learningRate);
    }

    /** A step on condensed images. */
    static StepResult ofCondensed(int size, double loss, double learningRate) {
        return new StepResult(size, 0, Map.of(REHEARSAL, loss), learningRate);
    }

    /** The weighted sum of a step with loss terms. */
    double total() {
        return Objects.requireNonNull(losses.get(TOTAL));
    }
}
