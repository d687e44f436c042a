// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import io.wildstream.contracts.v1.SamplePosition;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** A set of records of {@code samples}, by partition and offset. */
final class Positions {

    private final Map<Integer, BitSet> partitions = new HashMap<>();

    /** Adds one; returns false when it was there already. */
    boolean add(SamplePosition position) {
        return add(position.getPartition(), position.getOffset());
    }

    boolean add(int partition, long offset) {
        BitSet offsets = partitions.computeIfAbsent(partition, unused -> new BitSet());
        int bit = Math.toIntExact(offset);
        boolean fresh = !offsets.get(bit);
        offsets.set(bit);
        return fresh;
    }

    boolean contains(SamplePosition position) {
        BitSet offsets = partitions.get(position.getPartition());
        return offsets != null && offsets.get(Math.toIntExact(position.getOffset()));
    }

    long size() {
        return partitions.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    /** How many of these are not in the other set. */
    long without(Positions other) {
        long count = 0;
        for (Map.Entry<Integer, BitSet> partition : partitions.entrySet()) {
            BitSet left = (BitSet) partition.getValue().clone();
            left.andNot(other.partitions.getOrDefault(partition.getKey(), new BitSet()));
            count += left.cardinality();
        }
        return count;
    }
}
