// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.v1.RollbackRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands between two steps and says which generation is carried out. Belongs to the training thread. */
public final class CommandDesk {

    /** Holds the student until it may go on. */
    @FunctionalInterface
    public interface Hold {
        void hold() throws InterruptedException, IOException;
    }

    /** Answers the newest request for a checkpoint; requests rise. */
    @FunctionalInterface
    public interface CheckpointRequests {
        void answer(long request) throws IOException;
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CommandDesk.class);

    private final @Nullable Commands commands;
    private final TrainerStatus status;
    private final String curriculum;
    private long answeredRollback;
    /** Generation of the newest wish that this student, since it was opened, has carried out. */
    private long obeyed = -1;

    /**
     * A desk.
     *
     * @param commands null when nobody commands: a verification
     */
    public CommandDesk(@Nullable Commands commands, TrainerStatus status, String curriculum) {
        this.commands = commands;
        this.status = status;
        this.curriculum = curriculum;
    }

    /** The newest request to go back, or null when it was answered. */
    public @Nullable RollbackRequest rollback() {
        Commands.Wish wish = commands == null ? null : commands.newest();
        return wish == null || wish.spec().getRollback().getRequest() <= answeredRollback
                ? null
                : wish.spec().getRollback();
    }

    /** Says that requests to go back up to this one were answered. */
    public void answeredRollback(long request) {
        answeredRollback = Math.max(answeredRollback, request);
    }

    /** Carries out what is new. */
    public void obey(Hold hold, CheckpointRequests requests) throws InterruptedException, IOException {
        Commands.Wish wish = commands == null ? null : commands.newest();
        if (wish == null || wish.generation() == obeyed) {
            return;
        }
        if (!wish.spec().getCurriculum().equals(curriculum)) {
            LOGGER.error(
                    "a student keeps its curriculum current={} wanted={}",
                    curriculum,
                    wish.spec().getCurriculum());
        }
        requests.answer(wish.spec().getCheckpointRequest());
        if (wish.spec().getPaused()) {
            hold.hold();
            return;
        }
        obeyed = wish.generation();
        status.observe(obeyed);
    }

    /** Returns when the student is no longer paused, is to go back, or {@code keepWaiting}, asked ten times a second, says no. */
    public void awaitResume(BooleanSupplier keepWaiting, CheckpointRequests requests)
            throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null && rollback() == null) {
            Commands.Wish wish = commands.newest();
            if (wish == null) {
                return;
            }
            requests.answer(wish.spec().getCheckpointRequest());
            status.observe(wish.generation());
            if (!wish.spec().getPaused()) {
                return;
            }
            commands.awaitChange(wish.generation());
        }
    }

    /** Carries out commands that a finished student still knows until it is to go back or {@code keepWaiting} says no. */
    public void serve(BooleanSupplier keepWaiting, CheckpointRequests requests)
            throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null && rollback() == null) {
            Commands.Wish wish = commands.newest();
            if (wish != null) {
                requests.answer(wish.spec().getCheckpointRequest());
                status.observe(wish.generation());
                commands.awaitChange(wish.generation());
            } else {
                commands.awaitChange(0);
            }
        }
    }
}
