// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

/** One summand of a student's loss. */
public interface LossTerm {

    /** The term's value with gradient, without the term's weight. */
    TermLoss loss(Forward forward);
}
