// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** All decisions of one curriculum, to hold them against the best selection in hindsight. */
public final class Decisions {

    private static final int FIRST_ALLOCATION = 1024;

    private double[] scores = new double[FIRST_ALLOCATION];
    private long[] places = new long[FIRST_ALLOCATION];
    private int[] labels = new int[FIRST_ALLOCATION];
    private boolean[] kept = new boolean[FIRST_ALLOCATION];
    private int size;

    /** Adds a decision. */
    void add(int partition, long offset, double score, int label, boolean wasKept) {
        if (size == scores.length) {
            scores = Arrays.copyOf(scores, 2 * size);
            places = Arrays.copyOf(places, 2 * size);
            labels = Arrays.copyOf(labels, 2 * size);
            kept = Arrays.copyOf(kept, 2 * size);
        }
        scores[size] = score;
        places[size] = ((long) partition << Long.SIZE - Short.SIZE) + offset;
        labels[size] = label;
        kept[size] = wasKept;
        size++;
    }

    /** Number of decisions. */
    public int size() {
        return size;
    }

    /**
     * The regret of deciding online: the share of the offline top-N of the same samples that was not kept. Offline, N =
     * {@code round(rate * samples)} samples of smallest score are taken after the stream, of each class an equal part if balanced, ties by
     * position; so 0 is the selection in two passes.
     *
     * @param rate share of the samples to keep, in (0, 1]
     * @param balanced whether each class has an equal part
     * @param classes number of classes
     * @return in [0, 1]; 0 without samples
     */
    public double regret(double rate, boolean balanced, int classes) {
        long count = Math.round(rate * size);
        Map<Integer, Long> taken = new HashMap<>();
        long best = 0;
        long shared = 0;
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i]).thenComparingLong(i -> places[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i : order) {
            int group = balanced ? labels[i] : 0;
            long quota = balanced ? count / classes + (group < count % classes ? 1 : 0) : count;
            if (taken.merge(group, 1L, Long::sum) <= quota) {
                best++;
                shared += kept[i] ? 1 : 0;
            }
        }
        return best == 0 ? 0 : 1 - shared / (double) best;
    }
}
