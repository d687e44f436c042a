// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.DmlLoss;

/**
 * Deep mutual learning: two networks learn from the labels and from each other.
 *
 * <pre>
 * L_1 = H(y, softmax(z_1)) + w KL( softmax(z_2) || softmax(z_1) )      z_2 held constant
 * L_2 = H(y, softmax(z_2)) + w KL( softmax(z_1) || softmax(z_2) )      z_1 held constant
 * L   = L_1 + L_2: each network has the gradient of its own part alone
 * </pre>
 *
 * <p>Zhang, Xiang, Hospedales, Lu, "Deep Mutual Learning", CVPR 2018.
 */
public record DmlTerm(DmlLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray peer = forward.peer();
        if (peer == null) {
            throw new IllegalStateException("deep mutual learning without a second network");
        }
        NDArray own = loss(forward.logits(), peer, forward.labels(), spec.getKlWeight());
        NDArray other = loss(peer, forward.logits(), forward.labels(), spec.getKlWeight());
        return TermLoss.of(own.add(other), "dml.student", own, "dml.peer", other);
    }

    /** The loss of the network of logits {@code own} [B, K], a scalar. */
    static NDArray loss(NDArray own, NDArray other, NDArray labels, double weight) {
        NDArray divergence = Losses.softenedKl(Losses.constant(other), own, 1);
        return Losses.crossEntropy(labels, own).add(Losses.times(divergence, weight));
    }
}
