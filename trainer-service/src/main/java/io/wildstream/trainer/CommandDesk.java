package io.wildstream.trainer;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands between two steps and says which generation is carried out. Belongs to the training thread. */
final class CommandDesk {

    /** Holds the student until it may go on. */
    @FunctionalInterface
    interface Hold {
        void hold() throws InterruptedException, IOException;
    }

    /** Answers the newest request for a checkpoint; requests rise. */
    @FunctionalInterface
    interface CheckpointRequests {
        void answer(long request) throws IOException;
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CommandDesk.class);

    private final @Nullable Commands commands;
    private final TrainerStatus status;
    private final String curriculum;

    /**
     * A desk.
     *
     * @param commands null when nobody commands: a verification
     */
    CommandDesk(@Nullable Commands commands, TrainerStatus status, String curriculum) {
        this.commands = commands;
        this.status = status;
        this.curriculum = curriculum;
    }

    /** Carries out what is new. */
    void obey(Hold hold, CheckpointRequests requests) throws InterruptedException, IOException {
        Commands.Wish wish = commands == null ? null : commands.newest();
        if (wish == null || wish.generation() == status.observedGeneration()) {
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
        status.observe(wish.generation());
    }

    /** Returns when the student is no longer paused, or {@code keepWaiting}, asked ten times a second, says no. */
    void awaitResume(BooleanSupplier keepWaiting, CheckpointRequests requests)
            throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null) {
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

    /** Carries out commands that a finished student still knows until {@code keepWaiting} says no. */
    void serve(BooleanSupplier keepWaiting, CheckpointRequests requests) throws InterruptedException, IOException {
        while (keepWaiting.getAsBoolean() && commands != null) {
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
