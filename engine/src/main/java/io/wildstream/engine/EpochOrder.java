// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.util.SplittableRandom;

/** The order in which an epoch visits images: Fisher-Yates with a generator of the seed and the epoch. */
public final class EpochOrder {

    private EpochOrder() {}

    /** A permutation of 0 to size - 1. */
    public static int[] of(int size, long seed, int epoch) {
        int[] indices = new int[size];
        for (int i = 0; i < size; i++) {
            indices[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed ^ ((long) (epoch + 1) << 32));
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = indices[i];
            indices[i] = indices[other];
            indices[other] = swapped;
        }
        return indices;
    }
}
