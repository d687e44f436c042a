// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.selector.curriculum.Curriculum;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The generations for which a partition has sent candidates to the ranking stage, by curriculum; kept in the task's store, so that the
 * stage is told when no more come, over a restart too.
 */
public final class RankedGenerations {

    /** Sorts before every curriculum's keys, which begin with a letter. */
    private static final String PREFIX = "\0ranked\0";

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<String, RankingRecord> open = new TreeMap<>();

    public RankedGenerations(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        try (var serializer = new org.apache.kafka.common.serialization.BytesSerializer();
                var entries = store.prefixScan(Bytes.wrap(PREFIX.getBytes(UTF_8)), serializer)) {
            while (entries.hasNext()) {
                RankingRecord record = parse(entries.next().value);
                open.put(record.getCurriculum(), record);
            }
        }
    }

    /** Notes what is ranked now and returns a closing record for each generation that is not ranked any more. */
    public Map<String, RankingRecord> change(Map<String, Curriculum> current, int partition) {
        Map<String, RankingRecord> closed = new TreeMap<>();
        for (RankingRecord before : java.util.List.copyOf(open.values())) {
            Curriculum now = current.get(before.getCurriculum());
            if (now == null || now.generation() != before.getGeneration()) {
                closed.put(
                        before.getCurriculum(),
                        before.toBuilder().setClosed(true).build());
                open.remove(before.getCurriculum());
                store.delete(key(before.getCurriculum()));
            }
        }
        for (Curriculum curriculum : current.values()) {
            if (curriculum.policy().hasTopNWindow() && !open.containsKey(curriculum.name())) {
                RankingRecord record = record(curriculum, partition).build();
                open.put(curriculum.name(), record);
                store.put(key(curriculum.name()), record.toByteArray());
            }
        }
        return closed;
    }

    /** A record for the ranking stage that still says nothing. */
    public static RankingRecord.Builder record(Curriculum curriculum, int partition) {
        return RankingRecord.newBuilder()
                .setCurriculum(curriculum.name())
                .setGeneration(curriculum.generation())
                .setPolicy(curriculum.policy())
                .setPartition(partition);
    }

    private static Bytes key(String curriculum) {
        return Bytes.wrap((PREFIX + curriculum).getBytes(UTF_8));
    }

    private static RankingRecord parse(byte[] value) {
        try {
            return RankingRecord.parseFrom(value);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException("the state of the ranked curricula cannot be read", e);
        }
    }
}
