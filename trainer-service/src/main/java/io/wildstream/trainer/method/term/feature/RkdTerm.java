// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.v1.RkdLoss;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.Scalars;
import io.wildstream.trainer.method.term.TermLoss;

/**
 * Relational knowledge distillation: distances and angles between the samples of a minibatch shall be those that the teacher sees.
 *
 * <pre>
 * distance   mean over all B^2 pairs of h(d_ij / mean d, e_ij / mean e)      d, e distances of f_s, f_t; means over i != j
 * angle      mean over all B^3 triples of h(cos of the angle at i between j and k, the teacher's)
 * L          = distance_weight * distance + angle_weight * angle
 *
 * h(a, b) = (a - b)^2 / 2 within 1, else |a - b| - 1/2
 * </pre>
 *
 * <p>Park, Kim, Lu, Cho, CVPR 2019. Distances are taken of differences: squares of sums cancel in float32. Two samples in one place have
 * no angle, and no gradient for it. Memory grows with B^3 and B^2 D. Sum it with {@code ce}.
 */
public record RkdTerm(RkdLoss spec) implements LossTerm {

    /** Squared distance under which two samples are in one place. */
    private static final double SAME = 1e-12;

    private static final int[] LAST = {2};

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null || teacher.getShape().get(0) < 2) {
            return TermLoss.nothing(forward);
        }
        NDArray student = forward.comparedFeatures();
        NDArray distance = Losses.times(distance(student, teacher), spec.getDistanceWeight());
        NDArray angle = Losses.times(angle(student, teacher), spec.getAngleWeight());
        return TermLoss.of(distance.add(angle), "rkd.distance", distance, "rkd.angle", angle);
    }

    /** RKD-D of features [B, D], a scalar. */
    public static NDArray distance(NDArray student, NDArray teacher) {
        return huber(relativeDistances(student).sub(relativeDistances(teacher)));
    }

    /** RKD-A of features [B, D], a scalar. */
    public static NDArray angle(NDArray student, NDArray teacher) {
        return huber(cosines(student).sub(cosines(teacher)));
    }

    /** Distances divided by their mean over pairs of two [B, B]. */
    private static NDArray relativeDistances(NDArray features) {
        long size = features.getShape().get(0);
        NDArray squares = differences(features).square().sum(LAST);
        NDArray pairs = Losses.plus(features.getManager().eye((int) size).neg(), 1);
        NDArray distances = squares.maximum(Scalars.of(squares, SAME)).sqrt().mul(pairs);
        return distances.div(Losses.times(distances.sum(), 1.0 / (size * (size - 1))));
    }

    /** Row [i, j, k]: cosine of the angle at sample i between samples j and k [B, B, B]. */
    private static NDArray cosines(NDArray features) {
        NDArray differences = differences(features);
        NDArray squares = differences.square().sum(LAST, true);
        NDArray apart = squares.gt(SAME).toType(features.getDataType(), false);
        NDArray directions = differences
                .mul(apart)
                .div(squares.maximum(Scalars.of(squares, SAME)).sqrt());
        return directions.matMul(directions.transpose(0, 2, 1));
    }

    /** Row [i, j] is f_j - f_i [B, B, D]. */
    private static NDArray differences(NDArray features) {
        long size = features.getShape().get(0);
        long dimensions = features.getShape().get(1);
        return features.reshape(new Shape(1, size, dimensions)).sub(features.reshape(new Shape(size, 1, dimensions)));
    }

    private static NDArray huber(NDArray difference) {
        NDArray size = difference.abs();
        NDArray within = size.minimum(Scalars.of(size, 1));
        return Losses.times(within.square(), 0.5).add(size).sub(within).mean();
    }
}
