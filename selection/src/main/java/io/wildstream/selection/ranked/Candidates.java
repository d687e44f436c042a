// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection.ranked;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples that are ranked together, 28 bytes each: a window of {@code top_n_window}, or the whole log of {@code two_pass}. The order of
 * rank is score, partition, offset of the teacher output, so that no two samples tie.
 */
public final class Candidates {

    private static final int FIRST_ALLOCATION = 1024;

    private double[] scores = new double[FIRST_ALLOCATION];
    private long[] offsets = new long[FIRST_ALLOCATION];
    private int[] partitions = new int[FIRST_ALLOCATION];
    private int[] labels = new int[FIRST_ALLOCATION];
    private int[] sources = new int[FIRST_ALLOCATION];
    private final Map<String, Integer> sourceNumbers = new HashMap<>();
    private final List<String> sourceNames = new ArrayList<>();
    private final Map<Integer, Integer> byClassCount = new HashMap<>();
    private int size;

    /** Adds a sample. */
    public void add(int partition, long offset, double score, int label, int classes, String source) {
        if (size == scores.length) {
            grow();
        }
        scores[size] = score;
        offsets[size] = offset;
        partitions[size] = partition;
        labels[size] = label;
        sources[size] = sourceNumbers.computeIfAbsent(source, this::number);
        byClassCount.merge(classes, 1, Integer::sum);
        size++;
    }

    /** Number of samples. */
    public int size() {
        return size;
    }

    double score(int index) {
        return scores[index];
    }

    int partition(int index) {
        return partitions[index];
    }

    long offset(int index) {
        return offsets[index];
    }

    int label(int index) {
        return labels[index];
    }

    String source(int index) {
        return sourceNames.get(sources[index]);
    }

    /** The number of classes that most samples have, the smaller one among equals; 0 without samples. */
    int classes() {
        return byClassCount.entrySet().stream()
                .min(Map.Entry.<Integer, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    /** The samples by rank, best first: a merge sort of their numbers. */
    int[] ranked() {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        int[] merged = new int[size];
        for (int width = 1; width < size; width = 2 * width) {
            for (int from = 0; from < size; from += 2 * width) {
                merge(order, merged, from, Math.min(from + width, size), Math.min(from + 2 * width, size));
            }
            int[] swap = order;
            order = merged;
            merged = swap;
        }
        return order;
    }

    private void merge(int[] from, int[] to, int left, int middle, int right) {
        int low = left;
        int high = middle;
        for (int i = left; i < right; i++) {
            boolean takeLow = low < middle && (high >= right || compare(from[low], from[high]) <= 0);
            to[i] = takeLow ? from[low++] : from[high++];
        }
    }

    private int compare(int first, int second) {
        int byScore = Double.compare(scores[first], scores[second]);
        if (byScore != 0) {
            return byScore;
        }
        int byPartition = Integer.compare(partitions[first], partitions[second]);
        return byPartition != 0 ? byPartition : Long.compare(offsets[first], offsets[second]);
    }

    private Integer number(String source) {
        sourceNames.add(source);
        return sourceNames.size() - 1;
    }

    private void grow() {
        int allocated = size + (size >> 1);
        scores = Arrays.copyOf(scores, allocated);
        offsets = Arrays.copyOf(offsets, allocated);
        partitions = Arrays.copyOf(partitions, allocated);
        labels = Arrays.copyOf(labels, allocated);
        sources = Arrays.copyOf(sources, allocated);
    }
}
