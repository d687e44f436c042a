// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.v1.RollbackRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands between two steps and reports which generation is carried out. Belongs to the training thread. */
public final class CommandHandler {

    /** Holds the student until it may continue. */
    @FunctionalInterface
    public interface Hold {
        void hold() throws InterruptedException, IOException;
    }

    /** Answers the newest request for a checkpoint; requests rise. */
    @FunctionalInterface
    public interface CheckpointRequests {
        void answer(long request) throws IOException;
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CommandHandler.class);

    private final @Nullable DesiredStates commands;
    private final TrainerStatus status;
    private final String curriculum;
    private long answeredRollback;
    /** Generation of the newest desired state that this student, since it was opened, has carried out. */
    private long applied = -1;

    /**
     * A handler.
     *
     * @param commands null for a verification, which follows no commands
     */
    public CommandHandler(@Nullable DesiredStates commands, TrainerStatus status, String curriculum) {
        this.commands = commands;
        this.status = status;
        this.curriculum = curriculum;
    }

    /** The newest rollback request, or null when it was answered. */
    public @Nullable RollbackRequest rollback() {
        Commands.DesiredState desired = commands == null ? null : commands.newest();
        return desired == null || desired.spec().getRollback().getRequest() <= answeredRollback
                ? null
                : desired.spec().getRollback();
    }

    /** Rollback requests up to this one were answered. */
    public void answeredRollback(long request) {
        answeredRollback = Math.max(answeredRollback, request);
    }

    /** Carries out what is new. */
    public void apply(Hold hold, CheckpointRequests requests) throws InterruptedException, IOException {
        Commands.DesiredState desired = commands == null ? null : commands.newest();
        if (desired == null || desired.generation() == applied) {
            return;
        }
        if (!desired.spec().getCurriculum().equals(curriculum)) {
            LOGGER.error(
                    "the curriculum of a student cannot be changed current={} desired={}",
                    curriculum,
                    desired.spec().getCurriculum());
        }
        requests.answer(desired.spec().getCheckpointRequest());
        if (desired.spec().getPaused()) {
            hold.hold();
            return;
        }
        applied = desired.generation();
        status.observe(applied);
    }

    /** Returns when the student is no longer paused, is to be rolled back, or {@code keepWaiting}, asked ten times a second, is false. */
    public void awaitResume(BooleanSupplier keepWaiting, CheckpointRequests requests)
            throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null && rollback() == null) {
            Commands.DesiredState desired = commands.newest();
            if (desired == null) {
                return;
            }
            requests.answer(desired.spec().getCheckpointRequest());
            status.observe(desired.generation());
            if (!desired.spec().getPaused()) {
                return;
            }
            commands.awaitChange(desired.generation());
        }
    }

    /** Carries out the commands that a finished student still obeys, until it is to be rolled back or {@code keepWaiting} is false. */
    public void serve(BooleanSupplier keepWaiting, CheckpointRequests requests)
            throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null && rollback() == null) {
            Commands.DesiredState desired = commands.newest();
            if (desired != null) {
                requests.answer(desired.spec().getCheckpointRequest());
                status.observe(desired.generation());
                commands.awaitChange(desired.generation());
            } else {
                commands.awaitChange(0);
            }
        }
    }
}
