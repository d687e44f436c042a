// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.util.List;

/**
 * How much of a labelled set a model gets right.
 *
 * @param overall share of all images, in [0, 1]
 * @param byClass share of each class's images, in [0, 1]; NaN for a class without images
 */
public record Accuracy(double overall, List<Double> byClass) {

    public Accuracy {
        byClass = List.copyOf(byClass);
    }

    /** Whether every class had images. */
    public boolean knowsEveryClass() {
        return byClass.stream().noneMatch(value -> value.isNaN());
    }

    /** Counts of right answers and of images by class make an accuracy. */
    public static Accuracy of(int[] right, int[] images) {
        int allRight = 0;
        int all = 0;
        Double[] byClass = new Double[images.length];
        for (int label = 0; label < images.length; label++) {
            allRight += right[label];
            all += images[label];
            byClass[label] = (double) right[label] / images[label];
        }
        return new Accuracy((double) allRight / all, List.of(byClass));
    }
}
