// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection.ranked;

import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@link TopN}: for each group of samples that are treated alike the last one that is kept. Within a group the kept samples
 * come first in the order of rank: once one finds no room, none after it does. So the bounds say of every sample of the set whether it is
 * kept, without a list of them.
 *
 * @param rule that made it
 * @param bounds by group; a group without one keeps nothing
 * @param kept samples of the set that are kept
 */
public record Cut(TopN rule, Map<Group, Bound> bounds, long kept) {

    /** Samples that are treated alike; null for any class or source. */
    public record Group(@Nullable Integer label, @Nullable String source) {}

    /** A place in the order of rank. */
    public record Bound(double score, int partition, long offset) implements Comparable<Bound> {

        @Override
        public int compareTo(Bound other) {
            int byScore = Double.compare(score, other.score);
            if (byScore != 0) {
                return byScore;
            }
            int byPartition = Integer.compare(partition, other.partition);
            return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
        }
    }

    public Cut {
        bounds = Map.copyOf(bounds);
    }

    /**
     * The decision about a sample of the set.
     *
     * @param partition of its teacher output
     * @param offset of its teacher output
     */
    public SelectionDecision decide(ScoredSample sample, int partition, long offset) {
        Bound bound = bounds.get(rule.group(sample.pseudoLabel(), sample.source()));
        if (bound == null) {
            return SelectionDecision.of(false, Double.NEGATIVE_INFINITY);
        }
        boolean kept = new Bound(sample.score(), partition, offset).compareTo(bound) <= 0;
        return SelectionDecision.of(kept, bound.score());
    }
}
