// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

/** The loss of a step is NaN or infinite; the weights are those before the step. */
public final class DivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DivergedException(long step, double loss, double learningRate) {
        super("the loss of step " + step + " is " + loss + " at learning rate " + learningRate
                + ": make a new student with a lower sgd.learning_rate or with sgd.max_gradient_norm");
    }
}
