// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingBound;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selection.SelectionDecision.Kept;
import io.wildstream.selection.ranked.Cut;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.streams.OutputPosition;
import io.wildstream.selector.streams.SelectorOutput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second passes that are due: ranges of {@code teacher-outputs} are read again, since their cut is known now, and written to their
 * curriculum in the order of the log, some records of each partition in turn. They run one after another; the progress of each is in the
 * store, in the same transaction as what was written.
 */
final class SecondPasses {

    private static final Logger LOGGER = LoggerFactory.getLogger(SecondPasses.class);
    /** First byte of the keys. */
    private static final byte REPLAY = 'j';

    private final KeyValueStore<Bytes, byte[]> store;
    private final SelectorOutput output;
    private final TreeMap<Long, RankingReplay> waiting = new TreeMap<>();

    /** Continues from what is stored. */
    SecondPasses(KeyValueStore<Bytes, byte[]> store, SelectorOutput output) throws InvalidProtocolBufferException {
        this.store = store;
        this.output = output;
        try (var entries = store.all()) {
            while (entries.hasNext()) {
                var entry = entries.next();
                if (entry.key.get()[0] == REPLAY) {
                    long number = ByteBuffer.wrap(entry.key.get()).getLong(1);
                    waiting.put(number, RankingReplay.parseFrom(entry.value));
                }
            }
        }
    }

    /** The second pass for a cut, still without ranges. */
    static RankingReplay.Builder of(Curriculum curriculum, Cut cut) {
        RankingReplay.Builder replay = RankingReplay.newBuilder()
                .setCurriculum(curriculum.name())
                .setGeneration(curriculum.generation())
                .setPolicy(curriculum.policy())
                .setKept(cut.kept());
        cut.bounds().forEach((group, bound) -> {
            RankingBound.Builder stored = replay.addBoundsBuilder()
                    .setScore(bound.score())
                    .setPartition(bound.partition())
                    .setOffset(bound.offset());
            if (group.label() != null) {
                stored.setPseudoLabel(group.label());
            }
            if (group.source() != null) {
                stored.setSource(group.source());
            }
        });
        return replay;
    }

    /** Adds one behind all others. */
    void add(RankingReplay replay) {
        long number = waiting.isEmpty() ? 0 : waiting.lastKey() + 1;
        waiting.put(number, replay);
        store.put(key(number), replay.toByteArray());
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Continues with the oldest one until {@code pause} holds. */
    void work(OutputLog log, BooleanSupplier pause, long now) {
        while (!waiting.isEmpty() && !pause.getAsBoolean()) {
            long number = waiting.firstKey();
            RankingReplay.Builder replay = waiting.firstEntry().getValue().toBuilder();
            if (replay.getRangesCount() > 0) {
                advance(replay, log);
            }
            if (replay.getRangesCount() == 0) {
                finish(replay, now);
                waiting.remove(number);
                store.delete(key(number));
            } else {
                RankingReplay rest = replay.build();
                waiting.put(number, rest);
                store.put(key(number), rest.toByteArray());
            }
        }
    }

    /** Writes some records of the first range and puts what is left of it behind the others. */
    private void advance(RankingReplay.Builder replay, OutputLog log) {
        RankingReplay.Range range = replay.getRanges(0);
        Curriculum curriculum = new Curriculum(replay.getCurriculum(), replay.getGeneration(), replay.getPolicy());
        Cut cut = cutOf(replay, curriculum);
        OutputLog.Batch batch = log.read(range.getPartition(), range.getNext());
        long written = 0;
        for (OutputLog.Entry entry : batch.entries()) {
            if (entry.offset() < range.getEnd()) {
                written += write(entry, range.getPartition(), curriculum, cut) ? 1 : 0;
            }
        }
        replay.setWritten(replay.getWritten() + written).removeRanges(0);
        if (batch.next() < range.getEnd()) {
            replay.addRanges(range.toBuilder().setNext(batch.next()));
        }
    }

    private boolean write(OutputLog.Entry entry, int partition, Curriculum curriculum, Cut cut) {
        if (!(TeacherOutputReader.read(entry.record(), partition) instanceof Output teacherOutput)) {
            return false;
        }
        ScoredSample scored = curriculum.score(teacherOutput);
        SelectionDecision decision = cut.decide(scored, partition, entry.offset());
        if (decision instanceof Kept) {
            var position = new OutputPosition(partition, entry.offset());
            return output.select(entry.record(), position, teacherOutput, scored, curriculum, decision.threshold());
        }
        output.reject(entry.record(), teacherOutput, scored, curriculum, decision.threshold());
        return false;
    }

    private void finish(RankingReplay.Builder replay, long now) {
        Curriculum curriculum = new Curriculum(replay.getCurriculum(), replay.getGeneration(), replay.getPolicy());
        for (EndOfStream end : replay.getEndsList()) {
            output.end(end, curriculum, now);
        }
        if (replay.getWritten() != replay.getKept()) {
            LOGGER.error(
                    "selected samples are no longer in teacher-outputs curriculum={} selected={} written={}",
                    curriculum.name(),
                    replay.getKept(),
                    replay.getWritten());
        }
    }

    private static Cut cutOf(RankingReplay.Builder replay, Curriculum curriculum) {
        Map<Cut.Group, Cut.Bound> bounds = new HashMap<>();
        for (RankingBound bound : replay.getBoundsList()) {
            Integer label = bound.hasPseudoLabel() ? bound.getPseudoLabel() : null;
            String source = bound.hasSource() ? bound.getSource() : null;
            bounds.put(
                    new Cut.Group(label, source),
                    new Cut.Bound(bound.getScore(), bound.getPartition(), bound.getOffset()));
        }
        return new Cut(curriculum.topN(), bounds, replay.getKept());
    }

    private static Bytes key(long number) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Long.BYTES).put(REPLAY).putLong(number).array());
    }
}
