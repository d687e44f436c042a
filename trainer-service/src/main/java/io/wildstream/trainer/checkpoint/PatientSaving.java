// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.student.Student;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a student with patience: a store that is full or away holds the student in memory, failed and saying why, until it can be saved.
 * Nothing is committed meanwhile and nothing is learned twice. Belongs to the training thread.
 */
public final class PatientSaving {

    private static final Logger LOGGER = LoggerFactory.getLogger(PatientSaving.class);
    private static final long RETRY_NANOS = 2_000_000_000L;
    private static final long LOOK_MILLIS = 50;

    private final Checkpoints checkpoints;
    private final TrainerStatus status;
    private final TrainerMetrics metrics;
    private final BooleanSupplier stopping;

    public PatientSaving(Checkpoints checkpoints, TrainerStatus status, TrainerMetrics metrics, BooleanSupplier stopping) {
        this.checkpoints = checkpoints;
        this.status = status;
        this.metrics = metrics;
        this.stopping = stopping;
    }

    /**
     * Saves the student as it is.
     *
     * @throws IOException when it cannot be saved and the process is to stop, or the thread was interrupted
     */
    public CheckpointManifest save(Student student, double accuracy) throws IOException {
        StudentState before = status.student().getState();
        boolean held = false;
        while (true) {
            try {
                CheckpointManifest manifest = checkpoints.save(student, accuracy);
                if (held) {
                    status.enter(before);
                }
                return manifest;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                held = true;
                metrics.checkpointFailed();
                LOGGER.error(
                        "checkpoint not stored, trying again student={} step={} cause={}",
                        student.id(),
                        student.position().step(),
                        e.toString());
                status.fail("checkpoint of step " + student.position().step() + " could not be stored, trying again: "
                        + e.getMessage());
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
