// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectedSample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts one curriculum while its records go by, and picks examples of it by a hash of their position. */
final class CurriculumTally {

    /** Examples of each kind. */
    static final int EXAMPLES = 48;

    /** A sample to look up: what the decision said about it. */
    record Choice(SamplePosition position, boolean kept, double noiseValue, int pseudoLabel) {

        /** Spreads the choice over the whole stream; the same for the same stream. */
        int rank() {
            long mixed = (position.getPartition() * 0x9E3779B97F4A7C15L) ^ (position.getOffset() * 0xC2B2AE3D27D4EB4FL);
            mixed ^= mixed >>> 29;
            mixed *= 0xBF58476D1CE4E5B9L;
            return (int) (mixed >>> 33);
        }
    }

    private final @Nullable Decisions decisions;
    private final Map<Integer, BitSet> decided = new HashMap<>();
    private final Map<String, Long> keptBySource = new TreeMap<>();
    private final Map<Integer, Long> keptByClass = new TreeMap<>();
    private final PriorityQueue<Choice> keptChoices = choices();
    private final PriorityQueue<Choice> otherChoices = choices();
    private long kept;
    private long notKept;
    private long repeated;

    /**
     * An empty tally.
     *
     * @param remember whether every decision is remembered, 21 bytes each
     */
    CurriculumTally(boolean remember) {
        this.decisions = remember ? new Decisions() : null;
    }

    void keep(SelectedSample selected) {
        kept++;
        SamplePosition position = selected.getTeacherOutput().getPosition();
        decide(position);
        keptBySource.merge(selected.getTeacherOutput().getSample().getSource(), 1L, Long::sum);
        keptByClass.merge(selected.getPseudoLabel(), 1L, Long::sum);
        double score = selected.hasScore() ? selected.getScore() : selected.getNoiseValue();
        remember(position, score, selected.getPseudoLabel(), true);
        offer(keptChoices, new Choice(position, true, selected.getNoiseValue(), selected.getPseudoLabel()));
    }

    void reject(RejectedSample rejected) {
        notKept++;
        decide(rejected.getPosition());
        double score = rejected.hasScore() ? rejected.getScore() : rejected.getNoiseValue();
        remember(rejected.getPosition(), score, rejected.getPseudoLabel(), false);
        offer(
                otherChoices,
                new Choice(rejected.getPosition(), false, rejected.getNoiseValue(), rejected.getPseudoLabel()));
    }

    List<Choice> choicesMade() {
        List<Choice> all = new ArrayList<>(keptChoices);
        all.addAll(otherChoices);
        return all;
    }

    CurriculumCount count(int classes) {
        List<Long> byClass = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            byClass.add(keptByClass.getOrDefault(label, 0L));
        }
        return new CurriculumCount(kept, notKept, repeated, keptBySource, byClass, decisions);
    }

    private void remember(SamplePosition position, double score, int label, boolean wasKept) {
        if (decisions != null) {
            decisions.add(position.getPartition(), position.getOffset(), score, label, wasKept);
        }
    }

    private void decide(SamplePosition position) {
        BitSet offsets = decided.computeIfAbsent(position.getPartition(), unused -> new BitSet());
        int offset = Math.toIntExact(position.getOffset());
        if (offsets.get(offset)) {
            repeated++;
        }
        offsets.set(offset);
    }

    private static PriorityQueue<Choice> choices() {
        return new PriorityQueue<>(Comparator.comparingInt(Choice::rank).reversed());
    }

    private static void offer(PriorityQueue<Choice> choices, Choice choice) {
        choices.add(choice);
        if (choices.size() > EXAMPLES) {
            choices.remove();
        }
    }
}
