// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.RankingCandidate;
import io.wildstream.contracts.v1.RankingPartitions;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selection.ranked.Candidates;
import io.wildstream.selector.curriculum.Curriculum;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The open window of one generation of a curriculum: its candidates, in memory and in the store, and which partitions send to it. The
 * candidates of a partition are consecutive, so that first and last offset say which they are.
 */
final class RankingWindow {

    /** First byte of the keys of candidates. */
    static final byte CANDIDATE = 'w';
    /** First byte of the keys of the partitions. */
    private static final byte PARTITIONS = 'g';

    private final Curriculum curriculum;
    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<Integer, RankingReplay.Range> ranges = new TreeMap<>();
    private final Set<Integer> open = new TreeSet<>();
    private final Set<Integer> closed = new TreeSet<>();
    private Candidates candidates = new Candidates();
    private long first;
    private long next;

    /** An empty window, with the partitions that the store names. */
    RankingWindow(Curriculum curriculum, KeyValueStore<Bytes, byte[]> store) {
        this.curriculum = curriculum;
        this.store = store;
        byte[] partitions = store.get(key(PARTITIONS, 0));
        if (partitions != null) {
            RankingPartitions both = parse(partitions);
            open.addAll(both.getOpenList());
            closed.addAll(both.getClosedList());
        }
    }

    Curriculum curriculum() {
        return curriculum;
    }

    /** Adds a candidate. */
    void add(RankingRecord record) {
        if (open.add(record.getPartition()) | closed.remove(record.getPartition())) {
            storePartitions();
        }
        store.put(key(CANDIDATE, next), record.toByteArray());
        remember(record);
        next++;
    }

    /** Takes a candidate out of the store, in any order. */
    void restore(long sequence, RankingRecord record) {
        first = candidates.size() == 0 ? sequence : Math.min(first, sequence);
        next = Math.max(next, sequence + 1);
        remember(record);
    }

    /** Notes that no more comes from a partition for now. */
    void close(int partition) {
        open.remove(partition);
        closed.add(partition);
        storePartitions();
    }

    /** Whether it has all its samples. */
    boolean full() {
        return candidates.size() >= SelectionPolicies.window(curriculum.policy().getTopNWindow());
    }

    /** Whether no partition sends to it any more. */
    boolean abandoned() {
        return open.isEmpty();
    }

    /** Selects among the candidates, forgets them, and returns what is to be written; the next window begins. */
    RankingReplay settle() {
        int size = candidates.size();
        var cut = curriculum.topN().cut(candidates, curriculum.keepOf(size));
        RankingReplay replay =
                Replays.of(curriculum, cut).addAllRanges(ranges.values()).build();
        for (long sequence = first; sequence < next; sequence++) {
            store.delete(key(CANDIDATE, sequence));
        }
        first = next;
        candidates = new Candidates();
        ranges.clear();
        return replay;
    }

    /** Whether there is anything to select from. */
    boolean isEmpty() {
        return candidates.size() == 0;
    }

    /** Forgets the partitions. */
    void delete() {
        store.delete(key(PARTITIONS, 0));
    }

    private void remember(RankingRecord record) {
        RankingCandidate candidate = record.getCandidate();
        int partition = record.getPartition();
        long offset = candidate.getOffset();
        candidates.add(
                partition,
                offset,
                candidate.getScore(),
                candidate.getPseudoLabel(),
                candidate.getClasses(),
                candidate.getSource());
        RankingReplay.Range range = ranges.getOrDefault(partition, RankingReplay.Range.getDefaultInstance());
        boolean begun = range.getEnd() > 0;
        ranges.put(
                partition,
                RankingReplay.Range.newBuilder()
                        .setPartition(partition)
                        .setNext(begun ? Math.min(range.getNext(), offset) : offset)
                        .setEnd(Math.max(range.getEnd(), offset + 1))
                        .build());
    }

    private void storePartitions() {
        RankingPartitions both = RankingPartitions.newBuilder()
                .addAllOpen(open)
                .addAllClosed(closed)
                .build();
        store.put(key(PARTITIONS, 0), both.toByteArray());
    }

    private static RankingPartitions parse(byte[] bytes) {
        try {
            return RankingPartitions.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the state of a window cannot be read", e);
        }
    }

    private Bytes key(byte kind, long sequence) {
        byte[] name = curriculum.name().getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + name.length + 1 + 2 * Long.BYTES)
                .put(kind)
                .put(name)
                .put((byte) 0)
                .putLong(curriculum.generation())
                .putLong(sequence)
                .array());
    }

    /** The number of a candidate in the order of its generation, from its key. */
    static long sequenceOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }
}
