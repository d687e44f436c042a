// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a student, and tries again while the store is full or away: the student stays in memory until it can be saved. Nothing is
 * committed meanwhile and nothing is learned twice. Belongs to the training thread.
 */
public final class RetryingCheckpointSaver {

    private static final Logger LOGGER = LoggerFactory.getLogger(RetryingCheckpointSaver.class);
    private static final long RETRY_NANOS = 2_000_000_000L;
    private static final long LOOK_MILLIS = 50;

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
        boolean held = false;
        while (true) {
            try {
                CheckpointManifest manifest = checkpoints.save(student, accuracy);
                if (held) {
                    problems.resume();
                }
                return manifest;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                failures.run();
                LOGGER.error("checkpoint not stored, trying again step={} cause={}", student.step(), e.toString());
                String reason = "checkpoint of step " + student.step() + " could not be stored, trying again: "
                        + e.getMessage();
                if (held) {
                    problems.changeReason(reason);
                } else {
                    problems.hold(reason);
                }
                held = true;
                if (!pause()) {
                    throw e;
                }
            }
        }
    }

    /** False when the process is to stop. */
    private boolean pause() throws ClosedByInterruptException {
        long end = System.nanoTime() + RETRY_NANOS;
        while (System.nanoTime() - end < 0) {
            if (stopping.getAsBoolean()) {
                return false;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
        }
        return true;
    }
}
