// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import java.util.Map;

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
}
