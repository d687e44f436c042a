// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.Arrays;

/**
 * The last values of a stream, at most {@code capacity}, in arrival order and in sorted order: exact ranks and quantiles of a sliding
 * window. Values are held as float32, which keeps seven digits over the whole range of noise values and leaves their order intact but for
 * near ties. Adding costs one binary search and one array move.
 */
final class QuantileWindow {

    private static final int FIRST_ALLOCATION = 64;

    private final int capacity;
    private float[] ring;
    private float[] sorted;
    private int size;
    private int next;

    QuantileWindow(int capacity) {
        this.capacity = capacity;
        int allocated = Math.min(capacity, FIRST_ALLOCATION);
        this.ring = new float[allocated];
        this.sorted = new float[allocated];
    }

    /** Restores a window from its ring: {@code size} values, of which the one at {@code next} is the oldest once all slots are used. */
    QuantileWindow(int capacity, float[] ring, int size, int next) {
        this.capacity = capacity;
        this.ring = ring.clone();
        this.sorted = ring.clone();
        this.size = size;
        this.next = next;
        Arrays.sort(sorted, 0, size);
    }

    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    /** Slot that the next value will take. */
    int nextSlot() {
        return next;
    }

    /** The value in a slot. */
    float valueAt(int slot) {
        return ring[slot];
    }

    /**
     * The rank of a new value among those held, smoothed: {@code (less + draw * (equal + 1)) / (size + 1)}. If the new value and those
     * held are exchangeable and {@code draw} is uniform in [0, 1), the rank is exactly uniform in [0, 1) for any size, 0 included, and
     * whatever the ties (Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005: smoothed conformal predictors).
     */
    double smoothedRank(float value, double draw) {
        int less = lowerBound(value);
        int equal = 0;
        if (less < size && sorted[less] == value) {
            equal = upperBound(value, less) - less;
        }
        return (less + draw * (equal + 1)) / (size + 1);
    }

    /** Largest value whose smoothed rank can be below {@code share}; {@code +infinity} when there is no bound. */
    double quantile(double share) {
        int index = Math.max(0, (int) Math.ceil(share * (size + 1)) - 1);
        if (index >= size) {
            return Double.POSITIVE_INFINITY;
        }
        return sorted[index];
    }

    /** Adds a value, in place of the oldest when full. */
    void add(float value) {
        if (size < capacity) {
            grow();
            int at = lowerBound(value);
            System.arraycopy(sorted, at, sorted, at + 1, size - at);
            sorted[at] = value;
            size++;
        } else {
            replace(ring[next], value);
        }
        ring[next] = value;
        next = (next + 1) % capacity;
    }

    private void replace(float old, float value) {
        int from = lowerBound(old);
        int to = lowerBound(value);
        if (to > from) {
            System.arraycopy(sorted, from + 1, sorted, from, to - 1 - from);
            sorted[to - 1] = value;
        } else {
            System.arraycopy(sorted, to, sorted, to + 1, from - to);
            sorted[to] = value;
        }
    }

    private void grow() {
        if (size == ring.length) {
            int allocated = Math.min(capacity, 2 * size);
            ring = Arrays.copyOf(ring, allocated);
            sorted = Arrays.copyOf(sorted, allocated);
        }
    }

    private int lowerBound(float value) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int upperBound(float value, int from) {
        int low = from;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
