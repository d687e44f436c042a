// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.ranked.Candidates;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.End;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.input.TeacherOutputReader.Reading;
import io.wildstream.selector.ranking.OutputLog.Batch;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The first pass of {@code two_pass}: reads {@code teacher-outputs} from its beginning to the end markers, or the offsets that the policy
 * names, and remembers score, class and place of each sample. It holds nothing that the log does not say, so that after a crash it is
 * simply made again.
 */
final class TwoPassScan {

    private final Curriculum curriculum;
    private final boolean bySource;
    private final long[] begins;
    private final long[] positions;
    private final @Nullable EndOfStream[] ends;
    private final Candidates candidates = new Candidates();
    private String problem = "";

    /** A scan that has read nothing yet. */
    TwoPassScan(Curriculum curriculum, OutputLog log) {
        this.curriculum = curriculum;
        this.bySource = curriculum.topN().bySource();
        begins = new long[log.partitions()];
        positions = new long[log.partitions()];
        ends = new EndOfStream[log.partitions()];
        List<Long> until = curriculum.policy().getTwoPass().getUntilOffsetsList();
        if (until.size() > ends.length && log.hasGrown()) {
            throw log.grown();
        }
        if (!until.isEmpty() && until.size() != ends.length) {
            problem = "curriculum '" + curriculum.name() + "': two_pass.until_offsets has " + until.size()
                    + " offsets, teacher-outputs has " + ends.length + " partitions";
            return;
        }
        for (int partition = 0; partition < ends.length; partition++) {
            begins[partition] = log.begin(partition);
            positions[partition] = begins[partition];
        }
    }

    Curriculum curriculum() {
        return curriculum;
    }

    /** Why the scan cannot be done, or empty. */
    String problem() {
        return problem;
    }

    /** Reads on until {@code pause} holds or no more records are there; true when the whole log was read. */
    boolean work(OutputLog log, BooleanSupplier pause) {
        boolean moved = true;
        while (moved && problem.isEmpty() && !allEnded() && !pause.getAsBoolean()) {
            moved = read(log);
        }
        return problem.isEmpty() && allEnded();
    }

    /** Ranks what was read; what is to be written, with the end markers behind it. */
    RankingReplay rank() {
        var cut = curriculum.topN().cut(candidates, curriculum.keepOf(candidates.size()));
        RankingReplay.Builder replay = SecondPasses.of(curriculum, cut);
        for (int partition = 0; partition < ends.length; partition++) {
            if (positions[partition] > begins[partition]) {
                replay.addRangesBuilder()
                        .setPartition(partition)
                        .setNext(begins[partition])
                        .setEnd(positions[partition]);
            }
            replay.addEnds(Objects.requireNonNull(ends[partition], "ranked before its end"));
        }
        return replay.build();
    }

    /** Reads what has come; false when that is nothing. */
    private boolean read(OutputLog log) {
        long[] offsets = new long[ends.length];
        for (int partition = 0; partition < ends.length; partition++) {
            offsets[partition] = ended(partition) ? -1 : positions[partition];
        }
        boolean moved = false;
        @Nullable Batch[] batches = log.poll(offsets);
        for (int partition = 0; partition < ends.length; partition++) {
            Batch batch = batches[partition];
            if (batch != null) {
                moved |= batch.next() > positions[partition];
                take(batch, partition);
            }
        }
        requireWhole(log);
        return moved;
    }

    /** A stream that ends in more partitions than are read has got them meanwhile: the scan is made again by a new thread. */
    private void requireWhole(OutputLog log) {
        int said = 0;
        for (EndOfStream end : ends) {
            said = end == null ? said : Math.max(said, end.getPartitions());
        }
        if (said > ends.length && log.hasGrown()) {
            throw log.grown();
        }
    }

    private void take(Batch batch, int partition) {
        for (OutputLog.Entry entry : batch.entries()) {
            if (ended(partition)) {
                return;
            }
            take(entry, partition);
        }
        if (ends[partition] == null) {
            positions[partition] = batch.next();
        }
    }

    private void take(OutputLog.Entry entry, int partition) {
        Reading reading = TeacherOutputReader.read(entry.record(), partition);
        if (reading instanceof End end) {
            ends[partition] = end.message();
            positions[partition] = entry.offset();
            return;
        }
        positions[partition] = entry.offset() + 1;
        if (reading instanceof Output output) {
            ScoredSample scored = curriculum.score(output);
            String source = bySource ? scored.source() : "";
            candidates.add(partition, entry.offset(), scored.score(), scored.pseudoLabel(), scored.classes(), source);
            if (candidates.size() > SelectionPolicies.MAX_TWO_PASS_SAMPLES) {
                problem = "curriculum '" + curriculum.name() + "': two_pass ranks at most "
                        + SelectionPolicies.MAX_TWO_PASS_SAMPLES + " samples; set until_offsets, or use top_n_window";
            }
        }
    }

    /** Whether a partition was read to its end: its marker, or the offset that the policy names, which counts as one. */
    private boolean ended(int partition) {
        List<Long> until = curriculum.policy().getTwoPass().getUntilOffsetsList();
        if (ends[partition] == null && !until.isEmpty() && positions[partition] >= until.get(partition)) {
            positions[partition] = Math.max(begins[partition], until.get(partition));
            ends[partition] = EndOfStream.newBuilder()
                    .setSourcePartition(partition)
                    .setPartitions(ends.length)
                    .build();
        }
        return ends[partition] != null;
    }

    private boolean allEnded() {
        for (int partition = 0; partition < ends.length; partition++) {
            if (!ended(partition)) {
                return false;
            }
        }
        return true;
    }
}
