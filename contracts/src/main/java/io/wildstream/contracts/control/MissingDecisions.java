// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which selected samples a student leaves out because they were missing, as its committed checkpoints say. Immutable.
 *
 * <p>A decision holds for everyone who comes to its place after it was committed. The steps between two checkpoints of a lineage were
 * made by a trainer that knew every decision committed before the second one, or with it, and no other: each is fenced before the next one
 * reads. So of the decisions about places between two checkpoints, those count that were committed no later than the second; of places
 * past the last checkpoint, all.
 */
public final class MissingDecisions {

    /** Nothing is left out. */
    public static final MissingDecisions NONE = new MissingDecisions(new Ranges(), new Ranges(), new TreeMap<>(), 0, 0);

    private final Ranges neverLearned;
    private final Ranges notRehearsed;
    private final NavigableMap<Long, List<MissingSamples>> endsOfRehearsal;
    private final long step;
    private final long nextOffset;

    private MissingDecisions(
            Ranges neverLearned,
            Ranges notRehearsed,
            NavigableMap<Long, List<MissingSamples>> endsOfRehearsal,
            long step,
            long nextOffset) {
        this.neverLearned = neverLearned;
        this.notRehearsed = notRehearsed;
        this.endsOfRehearsal = endsOfRehearsal;
        this.step = step;
        this.nextOffset = nextOffset;
    }

    /**
     * What holds for a student that continues.
     *
     * @param committed all manifests of the student, oldest first
     * @param opened the surviving one that it continues from; null when it begins again
     */
    public static MissingDecisions continuing(List<CheckpointManifest> committed, @Nullable CheckpointManifest opened) {
        List<CheckpointManifest> lineage = opened == null
                ? List.of()
                : until(CheckpointHistory.surviving(committed), CheckpointHistory.content(opened));
        Ranges gaveUp = new Ranges();
        lineage.forEach(manifest -> manifest.getLineage().getMissingList().forEach(gaveUp::add));
        return new MissingDecisions(
                neverLearned(committed, lineage),
                gaveUp,
                ends(committed, opened),
                opened == null ? 0 : opened.getStep(),
                opened == null ? 0 : opened.getNextOffset());
    }

    private static List<CheckpointManifest> until(List<CheckpointManifest> surviving, CheckpointManifest content) {
        int last = surviving.size() - 1;
        while (last >= 0 && !CheckpointHistory.content(surviving.get(last)).equals(content)) {
            last--;
        }
        return surviving.subList(0, last + 1);
    }

    /** What holds for a replay of a student from its beginning: what the student left out, at the same places. */
    public static MissingDecisions replaying(List<CheckpointManifest> committed) {
        List<CheckpointManifest> lineage = CheckpointHistory.surviving(committed);
        if (lineage.isEmpty()) {
            return NONE;
        }
        NavigableMap<Long, List<MissingSamples>> ends = ends(committed, lineage.get(lineage.size() - 1));
        lineage.forEach(
                manifest -> manifest.getLineage().getMissingList().forEach(decision -> addByStep(ends, decision)));
        return new MissingDecisions(neverLearned(committed, lineage), new Ranges(), ends, 0, 0);
    }

    private static Ranges neverLearned(List<CheckpointManifest> committed, List<CheckpointManifest> lineage) {
        Ranges found = new Ranges();
        Map<CheckpointManifest, Integer> firstCommits = null;
        for (int commit = 0; commit < committed.size(); commit++) {
            for (MissingSamples decision : committed.get(commit).getMissingAheadList()) {
                if (!decision.hasFromStep()) {
                    firstCommits = firstCommits == null ? firstCommits(committed) : firstCommits;
                    addFresh(found, decision, commit, lineage, firstCommits);
                }
            }
        }
        return found;
    }

    private static Map<CheckpointManifest, Integer> firstCommits(List<CheckpointManifest> committed) {
        Map<CheckpointManifest, Integer> commits = new HashMap<>();
        for (int commit = 0; commit < committed.size(); commit++) {
            commits.putIfAbsent(CheckpointHistory.content(committed.get(commit)), commit);
        }
        return commits;
    }

    /** Adds the parts of a decision that the lineage came to after it, or has not come to yet. */
    private static void addFresh(
            Ranges found,
            MissingSamples decision,
            int commit,
            List<CheckpointManifest> lineage,
            Map<CheckpointManifest, Integer> firstCommits) {
        long from = Long.MIN_VALUE;
        for (CheckpointManifest checkpoint : lineage) {
            long until = checkpoint.getNextOffset();
            boolean between = decision.getLastOffset() >= from && decision.getFirstOffset() < until;
            if (between
                    && commit <= firstCommits.getOrDefault(CheckpointHistory.content(checkpoint), Integer.MAX_VALUE)) {
                found.add(decision, from, until);
            }
            from = until;
        }
        found.add(decision, from, Long.MAX_VALUE);
    }

    private static NavigableMap<Long, List<MissingSamples>> ends(
            List<CheckpointManifest> committed, @Nullable CheckpointManifest opened) {
        long step = opened == null ? 0 : opened.getStep();
        NavigableMap<Long, List<MissingSamples>> ends = new TreeMap<>();
        for (CheckpointManifest manifest : committed) {
            manifest.getMissingAheadList().stream()
                    .filter(decision -> decision.hasFromStep() && decision.getFromStep() >= step)
                    .forEach(decision -> addByStep(ends, decision));
        }
        return ends;
    }

    private static void addByStep(NavigableMap<Long, List<MissingSamples>> ends, MissingSamples decision) {
        List<MissingSamples> atStep = ends.computeIfAbsent(decision.getFromStep(), step -> new ArrayList<>());
        if (!atStep.contains(decision)) {
            atStep.add(decision);
        }
    }

    /** Why a sample whose bytes lie elsewhere is never learned when it is at this offset; null when it is learned. */
    public @Nullable MissingReason neverLearned(long offset) {
        return neverLearned.reason(offset);
    }

    /** Whether a sample is one that can be missing: its bytes lie elsewhere. */
    public static boolean canMiss(Sample sample) {
        return sample.hasReference() && sample.getPayload().isEmpty();
    }

    /** Whether the sample at an offset is never learned. */
    public boolean leavesOut(long offset, Sample sample) {
        return canMiss(sample) && neverLearned(offset) != null;
    }

    /** Whether the sample at an offset was learned but is not rehearsed any more, since before the checkpoint that was opened. */
    public boolean isNotRehearsed(long offset) {
        return notRehearsed.reason(offset) != null;
    }

    /** Whether rehearsals of the sample at an offset, learned before that checkpoint, end with it. */
    public boolean endsWhereOpened(long offset) {
        return offset < nextOffset && endingAt(step).stream().anyMatch(decision -> covers(decision, offset));
    }

    /** The decisions by which rehearsals of samples end when the student is at a step; empty for most steps. */
    public List<MissingSamples> endingAt(long step) {
        return List.copyOf(endsOfRehearsal.getOrDefault(step, List.of()));
    }

    /** Whether a decision is about the sample at an offset. */
    public static boolean covers(MissingSamples decision, long offset) {
        return decision.getFirstOffset() <= offset && offset <= decision.getLastOffset();
    }

    /** Offsets between a first and a last one; ranges may overlap. */
    private static final class Ranges {

        /** The last offset and the reason, by the first offset. No two of them overlap. */
        private final NavigableMap<Long, Map.Entry<Long, MissingReason>> lasts = new TreeMap<>();

        void add(MissingSamples decision) {
            add(decision, Long.MIN_VALUE, Long.MAX_VALUE);
        }

        /** Adds a decision as far as it is of a range of offsets. */
        void add(MissingSamples decision, long from, long before) {
            add(
                    Math.max(decision.getFirstOffset(), from),
                    Math.min(decision.getLastOffset(), before - 1),
                    decision.getReason());
        }

        private void add(long first, long last, MissingReason reason) {
            long next = first;
            while (next <= last) {
                Map.Entry<Long, Map.Entry<Long, MissingReason>> below = lasts.floorEntry(next);
                if (below != null && below.getValue().getKey() >= next) {
                    next = below.getValue().getKey() + 1;
                    continue;
                }
                Long above = lasts.ceilingKey(next);
                long end = above == null ? last : Math.min(last, above - 1);
                lasts.put(next, Map.entry(end, reason));
                next = end + 1;
            }
        }

        @Nullable MissingReason reason(long offset) {
            Map.Entry<Long, Map.Entry<Long, MissingReason>> below = lasts.floorEntry(offset);
            return below == null || below.getValue().getKey() < offset
                    ? null
                    : below.getValue().getValue();
        }
    }
}
