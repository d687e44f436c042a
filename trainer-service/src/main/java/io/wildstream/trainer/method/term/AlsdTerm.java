// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.v1.AlsdLoss;
import io.wildstream.contracts.v1.SimilarClasses;

/**
 * Anisotropic label smoothing: a part of the smoothing goes to the classes that are like the true one.
 *
 * <pre>
 * L = H( (1 - e1 - e2) y + e1 u + e2 rho_y, softmax(z) )
 *
 * u 1/K on every class   rho_y 1/|A(y)| on A(y), the classes similar to y; y itself where A(y) is empty
 * </pre>
 *
 * <p>Xu, Rui, Li, Gu, ECCV 2020, where A comes of the classes' names.
 */
public record AlsdTerm(AlsdLoss spec) implements LossTerm {

    @Override
    public TermLoss loss(Forward forward) {
        NDArray labels = forward.labels();
        int classes = (int) labels.getShape().get(1);
        NDArray similar = labels.getManager()
                .create(similar(classes), new Shape(classes, classes))
                .toType(labels.getDataType(), false);
        NDArray target = Losses.plus(
                Losses.times(labels, 1 - spec.getEpsilon1() - spec.getEpsilon2())
                        .add(Losses.times(labels.matMul(similar), spec.getEpsilon2())),
                spec.getEpsilon1() / classes);
        NDArray loss = Losses.crossEntropy(target, forward.logits());
        return TermLoss.of("alsd", loss);
    }

    /** Row y is rho_y. */
    private double[] similar(int classes) {
        double[] rows = new double[classes * classes];
        for (int label = 0; label < classes; label++) {
            SimilarClasses others =
                    label < spec.getSimilarCount() ? spec.getSimilar(label) : SimilarClasses.getDefaultInstance();
            for (int other : others.getClassesList()) {
                rows[label * classes + other] = 1.0 / others.getClassesCount();
            }
            if (others.getClassesCount() == 0) {
                rows[label * classes + label] = 1;
            }
        }
        return rows;
    }
}
