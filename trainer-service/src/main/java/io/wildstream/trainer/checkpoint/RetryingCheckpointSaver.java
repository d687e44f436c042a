// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Saves a student, and tries again while the store is full or away: the student stays in memory until it can be saved. Nothing is
 * committed meanwhile and nothing is learned twice. Belongs to the training thread.
 */
public final class RetryingCheckpointSaver {

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    private final Checkpoints checkpoints;
    private final SaveProblems problems;
    private final Runnable failures;
    private final BooleanSupplier stopping;

    /**
     * A saver.
     *
     * @param failures runs at each attempt that fails
     * @param stopping whether the process is to end
     */
    public RetryingCheckpointSaver(
            Checkpoints checkpoints, SaveProblems problems, Runnable failures, BooleanSupplier stopping) {
        this.checkpoints = checkpoints;
        this.problems = problems;
        this.failures = failures;
        this.stopping = stopping;
    }

    /**
     * Saves the student as it is.
     *
     * @throws IOException when it cannot be saved and the process is to stop, or the thread was interrupted
     */
    public CheckpointManifest save(CheckpointSource student, double accuracy) throws IOException {
        Backoff backoff =
                new Backoff("store a checkpoint of step " + student.step(), PAUSES, Backoff.Sleeper.unless(stopping));
        while (true) {
            try {
                CheckpointManifest manifest = checkpoints.save(student, accuracy);
                if (backoff.failures() > 0) {
                    backoff.succeeded();
                    problems.resume();
                }
                return manifest;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                failures.run();
                String reason = "checkpoint of step " + student.step() + " could not be stored, trying again: "
                        + e.getMessage();
                if (backoff.failures() > 0) {
                    problems.changeReason(reason);
                } else {
                    problems.hold(reason);
                }
                if (!pauseAfter(e, backoff)) {
                    throw e;
                }
            }
        }
    }

    /** False when the process is to stop. */
    private static boolean pauseAfter(IOException failure, Backoff backoff) throws ClosedByInterruptException {
        try {
            return backoff.retry(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }
}
