// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.curriculum.RecordParser;
import io.wildstream.trainer.curriculum.RehearsalBuffer;
import io.wildstream.trainer.curriculum.SkipRules;
import io.wildstream.trainer.reference.MissingRanges;
import io.wildstream.trainer.reference.ObjectFetcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rebuilds what a student rehearses, from its curriculum, when it is opened from a checkpoint. A sample that is missing by now is no longer
 * rehearsed from the checkpoint's step on.
 */
public final class WindowRestore implements CurriculumLog.Rereading {

    /**
     * Where samples come from.
     *
     * @param objects fetches what they refer to
     * @param keepsWaiting asked with the reason while an object cannot be fetched; false to give up
     */
    public record Origin(CurriculumLog log, ObjectFetcher objects, Predicate<String> keepsWaiting) {}

    private final RehearsalBuffer target;
    private final SkipRules skips;
    private final MissingDecisions missing;
    private final long step;
    private final Origin origin;
    private final MissingRanges found = new MissingRanges();
    private final List<Long> left = new ArrayList<>();
    private final List<MissingSamples> repeated = new ArrayList<>();
    private String object = "";

    /**
     * A restore into an empty window.
     *
     * @param step of the checkpoint
     */
    WindowRestore(RehearsalBuffer target, SkipRules skips, MissingDecisions missing, long step, Origin origin) {
        this.target = target;
        this.skips = skips;
        this.missing = missing;
        this.step = step;
        this.origin = origin;
    }

    @Override
    public void take(CurriculumEvent event) {
        if (event instanceof CurriculumEvent.Missing gone && skips.mayRehearse(gone.source(), step)) {
            miss(gone);
            return;
        }
        found.endRange();
        if (event instanceof CurriculumEvent.Selected selected
                && skips.mayRehearse(selected.sample().selection().source(), step)) {
            target.add(selected.sample());
        }
    }

    private void miss(CurriculumEvent.Missing gone) {
        if (!gone.known()) {
            object = object.isEmpty() ? gone.detail() : object;
            found.add(gone.offset(), gone.reason());
            left.add(gone.offset());
            return;
        }
        found.endRange();
        if (missing.endsWhereOpened(gone.offset())) {
            left.add(gone.offset());
            missing.endingAt(step).stream()
                    .filter(decision ->
                            MissingDecisions.covers(decision, gone.offset()) && !repeated.contains(decision))
                    .forEach(repeated::add);
        }
    }

    @Override
    public boolean keepsWaiting(String problem) {
        return origin.keepsWaiting().test(problem);
    }

    /** Reads what the checkpoint's window was made of; false when it was given up. */
    boolean read(LearningState state, RecordParser parser) throws InterruptedException {
        return origin.log().readAgain(state.rehearsalsFrom(), state.nextOffset(), parser, origin.objects(), this);
    }

    /**
     * Accounts for what is left out, and gives the decisions that are new.
     *
     * @throws IllegalStateException when the student cannot go on without a sample that is missing now
     */
    List<MissingSamples> finish(Position position, boolean offline) {
        List<MissingSamples> decisions = found.take(step);
        if (offline && step > 0 && !decisions.isEmpty()) {
            throw new IllegalStateException(
                    "a student of the offline scheme cannot leave out a sample amid its passes: " + object
                            + ". Put the object back, or create a new student");
        }
        if (offline && step == 0) {
            left.forEach(position::miss); // it was stored, and never learned
        }
        position.endRehearsals(repeated);
        position.endRehearsals(decisions);
        return decisions;
    }
}
