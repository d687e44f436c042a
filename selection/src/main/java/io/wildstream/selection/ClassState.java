// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.nio.ByteBuffer;

/**
 * What {@link KeepRateRule} knows of one class in one partition: the window of its scores, its quota, and how to bring both through
 * a crash. The window is stored in chunks of {@link #CHUNK} slots, each with the numbers of the quota at its last change, so that one
 * small value is written per sample; the chunk with the most arrivals holds the newest numbers.
 */
final class ClassState {

    /** Slots of the window that are stored together. */
    static final int CHUNK = 64;

    private static final int HEADER_BYTES = 2 * Long.BYTES + 3 * Double.BYTES;

    private final QuantileWindow window;
    private final ClassQuota quota;
    private long arrivals;

    ClassState(int capacity) {
        this(new QuantileWindow(capacity), new ClassQuota(), 0);
    }

    private ClassState(QuantileWindow window, ClassQuota quota, long arrivals) {
        this.window = window;
        this.quota = quota;
        this.arrivals = arrivals;
    }

    /** Samples of the class so far. */
    long arrivals() {
        return arrivals;
    }

    QuantileWindow window() {
        return window;
    }

    ClassQuota quota() {
        return quota;
    }

    /** Adds a score to the window and returns the number of the chunk that it changed. */
    int add(float score) {
        int chunk = window.nextSlot() / CHUNK;
        window.add(score);
        arrivals++;
        return chunk;
    }

    /** A chunk as it is stored. */
    byte[] chunk(int chunk) {
        int first = chunk * CHUNK;
        int last = Math.min(first + CHUNK, window.size());
        ClassQuota.Numbers numbers = quota.numbers();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + (last - first) * Float.BYTES)
                .putLong(arrivals)
                .putLong(numbers.last())
                .putDouble(numbers.mass())
                .putDouble(numbers.debt())
                .putDouble(numbers.debts());
        for (int slot = first; slot < last; slot++) {
            bytes.putFloat(window.valueAt(slot));
        }
        return bytes.array();
    }

    /** Puts a class together again from its chunks, in any order. */
    static final class Restorer {

        private final int capacity;
        private final float[] ring;
        private ClassQuota quota = new ClassQuota();
        private long arrivals;

        Restorer(int capacity) {
            this.capacity = capacity;
            this.ring = new float[capacity];
        }

        void add(int chunk, byte[] value) {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            long seen = bytes.getLong();
            var numbers =
                    new ClassQuota.Numbers(bytes.getLong(), bytes.getDouble(), bytes.getDouble(), bytes.getDouble());
            for (int slot = chunk * CHUNK; bytes.hasRemaining(); slot++) {
                ring[slot] = bytes.getFloat();
            }
            if (seen > arrivals) {
                arrivals = seen;
                quota = new ClassQuota(numbers);
            }
        }

        ClassState restore() {
            int size = (int) Math.min(arrivals, capacity);
            QuantileWindow window = new QuantileWindow(capacity, ring, size, (int) (arrivals % capacity));
            return new ClassState(window, quota, arrivals);
        }
    }
}
