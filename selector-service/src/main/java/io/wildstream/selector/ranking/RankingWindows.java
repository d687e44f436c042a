// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingEnds;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selector.curriculum.Curriculum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The open windows of all curricula and generations. Each record of {@code ranking} may settle some: a window that is full; a window that
 * no partition sends to any more, since the policy has changed; all windows of a curriculum whose stream has ended. What is left over then
 * is a window of its own, of which a proportional part is kept.
 */
final class RankingWindows {

    /** First byte of the keys of end markers. */
    private static final byte ENDS = 'e';

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<Id, RankingWindow> windows = new TreeMap<>();

    private record Id(String curriculum, long generation) implements Comparable<Id> {

        @Override
        public int compareTo(Id other) {
            int byName = curriculum.compareTo(other.curriculum);
            return byName != 0 ? byName : Long.compare(generation, other.generation);
        }
    }

    /** Goes on from what is stored. */
    RankingWindows(KeyValueStore<Bytes, byte[]> store) throws InvalidProtocolBufferException {
        this.store = store;
        try (var entries = store.all()) {
            while (entries.hasNext()) {
                var entry = entries.next();
                byte[] key = entry.key.get();
                if (key[0] == RankingWindow.CANDIDATE) {
                    RankingRecord record = RankingRecord.parseFrom(entry.value);
                    window(record).restore(RankingWindow.sequenceOf(key), record);
                }
            }
        }
    }

    /**
     * Takes a record of {@code ranking}.
     *
     * @return what is to be written now, in its order
     * @throws IllegalArgumentException when its policy is none that can be run
     */
    List<RankingReplay> accept(RankingRecord record) throws InvalidProtocolBufferException {
        return switch (record.getEntryCase()) {
            case CANDIDATE -> add(record);
            case CLOSED -> close(record);
            case END -> end(record);
            case ENTRY_NOT_SET -> throw new IllegalArgumentException("a ranking record that says nothing");
        };
    }

    private List<RankingReplay> add(RankingRecord record) {
        RankingWindow window = window(record);
        window.add(record);
        return window.full() ? List.of(window.settle()) : List.of();
    }

    private List<RankingReplay> close(RankingRecord record) {
        RankingWindow window = window(record);
        window.close(record.getPartition());
        if (!window.abandoned()) {
            return List.of();
        }
        windows.remove(new Id(record.getCurriculum(), record.getGeneration()));
        window.delete();
        return window.isEmpty() ? List.of() : List.of(window.settle());
    }

    private List<RankingReplay> end(RankingRecord record) throws InvalidProtocolBufferException {
        EndOfStream end = record.getEnd();
        Bytes key = Bytes.wrap(((char) ENDS + record.getCurriculum()).getBytes(UTF_8));
        byte[] stored = store.get(key);
        RankingEnds.Builder ends =
                stored == null ? RankingEnds.newBuilder() : RankingEnds.parseFrom(stored).toBuilder();
        if (ends.getEndsList().stream().noneMatch(one -> one.getSourcePartition() == end.getSourcePartition())) {
            ends.addEnds(end);
        }
        if (ends.getEndsCount() < end.getPartitions()) {
            store.put(key, ends.build().toByteArray());
            return List.of();
        }
        store.delete(key);
        List<RankingReplay> replays = new ArrayList<>();
        for (RankingWindow window : windows.values()) {
            if (window.curriculum().name().equals(record.getCurriculum()) && !window.isEmpty()) {
                replays.add(window.settle());
            }
        }
        replays.add(RankingReplay.newBuilder()
                .setCurriculum(record.getCurriculum())
                .setGeneration(record.getGeneration())
                .setPolicy(record.getPolicy())
                .addAllEnds(ends.getEndsList())
                .build());
        return replays;
    }

    private RankingWindow window(RankingRecord record) {
        return windows.computeIfAbsent(
                new Id(record.getCurriculum(), record.getGeneration()),
                id -> new RankingWindow(
                        new Curriculum(record.getCurriculum(), record.getGeneration(), record.getPolicy()), store));
    }
}
