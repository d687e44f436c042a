// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.trainer.checkpoint.Checkpoints;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.reference.MissingRanges;
import io.wildstream.trainer.student.Position;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about samples that are missing. Each decision is committed before the student's next step, so that whoever opens the student
 * later leaves out the same samples at the same places, whether or not their objects have come back. Belongs to the training thread.
 */
final class MissingJournal {

    private static final Logger LOGGER = LoggerFactory.getLogger(MissingJournal.class);
    /** Decisions that wait for a step at most: what a record of the journal can hold with ease. */
    private static final int MAX_WAITING = 1000;

    private final Checkpoints checkpoints;
    private final Position position;
    private final TrainerMetrics metrics;
    private final boolean replays;
    private final MissingRanges found = new MissingRanges();

    /** @param replays whether this is a replay, which decides nothing */
    MissingJournal(Checkpoints checkpoints, Position position, TrainerMetrics metrics, boolean replays) {
        this.checkpoints = checkpoints;
        this.position = position;
        this.metrics = metrics;
        this.replays = replays;
    }

    /** Decisions that were made when the student was opened. */
    void begin(List<MissingSamples> decisions) {
        for (MissingSamples decision : decisions) {
            metrics.missing(decision.getReason(), decision.getSamples());
            LOGGER.warn(
                    "samples are missing and no longer rehearsed firstOffset={} lastOffset={} samples={} reason={} step={}",
                    decision.getFirstOffset(),
                    decision.getLastOffset(),
                    decision.getSamples(),
                    decision.getReason(),
                    decision.getFromStep());
        }
        checkpoints.leaveOut(decisions);
    }

    /**
     * Takes note of an event of the curriculum.
     *
     * @throws MissingObjectException when a replay cannot go on
     */
    void take(CurriculumEvent event) {
        if (!(event instanceof CurriculumEvent.Missing missing)) {
            found.endRange();
            return;
        }
        position.miss(missing.offset());
        metrics.missing(missing.reason(), 1);
        if (missing.known()) {
            found.endRange();
            return;
        }
        if (replays) {
            throw new MissingObjectException(missing.detail());
        }
        LOGGER.warn("sample is missing and left out offset={} cause={}", missing.offset(), missing.detail());
        found.add(missing.offset(), missing.reason());
    }

    boolean isFull() {
        return found.size() >= MAX_WAITING;
    }

    /** Hands the decisions over to be committed; returns whether there are any. */
    boolean hand() {
        checkpoints.leaveOut(found.take());
        return checkpoints.hasUndecided();
    }
}
