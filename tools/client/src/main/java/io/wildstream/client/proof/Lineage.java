// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import java.util.NavigableSet;

/**
 * Holds a student's committed checkpoints against the entries of its curriculum.
 *
 * <p>A checkpoint says which offset the student reads next and how many entries it has learned. From one checkpoint to the next the student
 * must have learned, or left out by a rule, as many entries as the log holds between their offsets: fewer means that some were lost, more
 * that some were learned again, as they would be if weights and offset of a checkpoint were of different moments. Each stretch is counted
 * for itself, so that a loss in one does not hide a repetition in another. Checkpoints that a later one has gone back behind are no part of
 * the lineage that survives. What happens inside a stretch is one process reading the log in its order; that its steps were the right
 * ones is shown by the weights, which must equal those of a replay.
 */
final class Lineage {

    private final long start;
    private final NavigableSet<Long> entries;

    /**
     * A lineage.
     *
     * @param start offset that the student began at
     * @param entries offsets of the entries that a student can learn
     */
    Lineage(long start, NavigableSet<Long> entries) {
        this.start = start;
        this.entries = entries.tailSet(start, true);
    }

    /** Counts, given all committed checkpoints in their order. */
    TrainedProof prove(List<CheckpointManifest> committed) {
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(committed);
        long missing = 0;
        long repeated = 0;
        long from = start;
        long trained = 0;
        long skipped = 0;
        for (CheckpointManifest checkpoint : surviving) {
            long passed = checkpoint.getTrained() + checkpoint.getSkipped() - trained - skipped;
            long more = passed - between(from, checkpoint.getNextOffset());
            missing += Math.max(0, -more);
            repeated += Math.max(0, more);
            from = checkpoint.getNextOffset();
            trained = checkpoint.getTrained();
            skipped = checkpoint.getSkipped();
        }
        missing += entries.tailSet(from, true).size();
        CheckpointManifest newest =
                surviving.isEmpty() ? CheckpointManifest.getDefaultInstance() : surviving.get(surviving.size() - 1);
        return new TrainedProof(
                entries.size(),
                trained,
                missing,
                repeated,
                surviving.size(),
                newest.getStep(),
                newest.getFinished(),
                newest.getWeightsSha256());
    }

    private long between(long from, long to) {
        return from >= to ? 0 : entries.subSet(from, true, to, false).size();
    }
}
