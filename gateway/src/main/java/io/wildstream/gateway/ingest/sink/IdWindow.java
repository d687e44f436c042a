// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.v1.SamplePosition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The most recently added ids, up to a limit, each with the position of its sample. An id takes 24 bytes and up to 16 more in the index;
 * memory grows with the number of ids. Not thread-safe.
 *
 * <p>The ids are stored in a ring; an open hash table with linear probing holds their places in it.
 */
final class IdWindow {

    private static final int FIRST_CAPACITY = 1024;
    private static final int PARTITION_SHIFT = 48;
    private static final long OFFSET_MASK = (1L << PARTITION_SHIFT) - 1;

    private final int limit;
    private long[] high;
    private long[] low;
    private long[] positions;
    /** Places in the ring plus one; 0 where a slot is empty. At most half of the slots are filled. */
    private int[] table;

    private int size;
    /** Place of the oldest id. */
    private int oldest;

    /**
     * An empty window.
     *
     * @param limit ids that it holds at most, at least 1
     */
    IdWindow(int limit) {
        this.limit = limit;
        allocate(Math.min(limit, FIRST_CAPACITY));
    }

    int size() {
        return size;
    }

    /** Where the sample of this id is, or null when it is not among the last ids. */
    @Nullable SamplePosition find(IdHash id) {
        int place = table[slot(id.high(), id.low())] - 1;
        if (place < 0) {
            return null;
        }
        return SamplePosition.newBuilder()
                .setPartition((int) (positions[place] >>> PARTITION_SHIFT))
                .setOffset(positions[place] & OFFSET_MASK)
                .build();
    }

    /** Adds an id, in place of the oldest when the window is full. An id that is known already keeps its position. */
    void add(IdHash id, int partition, long offset) {
        if (table[slot(id.high(), id.low())] != 0) {
            return;
        }
        int place = size < limit ? placeOfMore() : placeOfOldest();
        high[place] = id.high();
        low[place] = id.low();
        positions[place] = ((long) partition << PARTITION_SHIFT) | offset;
        table[slot(id.high(), id.low())] = place + 1;
    }

    private int placeOfMore() {
        if (size == high.length) {
            grow();
        }
        return size++;
    }

    private int placeOfOldest() {
        int place = oldest;
        remove(slot(high[place], low[place]));
        oldest = (oldest + 1) % limit;
        return place;
    }

    private void allocate(int capacity) {
        high = new long[capacity];
        low = new long[capacity];
        positions = new long[capacity];
        table = new int[Integer.highestOneBit(capacity) * 4];
    }

    /** Only while the ring has not wrapped around. */
    private void grow() {
        int capacity = (int) Math.min(limit, high.length * 2L);
        high = Arrays.copyOf(high, capacity);
        low = Arrays.copyOf(low, capacity);
        positions = Arrays.copyOf(positions, capacity);
        table = new int[Integer.highestOneBit(capacity) * 4];
        for (int place = 0; place < size; place++) {
            table[slot(high[place], low[place])] = place + 1;
        }
    }

    /** The slot that holds this id, or the empty one where it would go. */
    private int slot(long idHigh, long idLow) {
        int mask = table.length - 1;
        int slot = (int) idLow & mask;
        while (table[slot] != 0 && (low[table[slot] - 1] != idLow || high[table[slot] - 1] != idHigh)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Empties a slot and moves those behind it up that could otherwise no longer be found. */
    private void remove(int emptied) {
        int mask = table.length - 1;
        int hole = emptied;
        int slot = hole;
        while (true) {
            table[hole] = 0;
            int home;
            do {
                slot = (slot + 1) & mask;
                if (table[slot] == 0) {
                    return;
                }
                home = (int) low[table[slot] - 1] & mask;
            } while (((slot - home) & mask) < ((slot - hole) & mask));
            table[hole] = table[slot];
            hole = slot;
        }
    }
}
