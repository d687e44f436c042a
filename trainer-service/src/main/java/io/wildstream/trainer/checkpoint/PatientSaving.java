// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.student.Student;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Saves a student with patience: a store that is full or away holds the student in memory, failed and saying why, until it can be saved.
 * Nothing is committed meanwhile and nothing is learned twice. Belongs to the training thread.
 */
public final class PatientSaving {

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    private final Checkpoints checkpoints;
    private final TrainerStatus status;
    private final TrainerMetrics metrics;
    private final BooleanSupplier stopping;

    public PatientSaving(
            Checkpoints checkpoints, TrainerStatus status, TrainerMetrics metrics, BooleanSupplier stopping) {
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
        Backoff backoff =
                new Backoff("store a checkpoint of student " + student.id(), PAUSES, Backoff.Sleeper.unless(stopping));
        while (true) {
            try {
                CheckpointManifest manifest = checkpoints.save(student, accuracy);
                if (backoff.failures() > 0) {
                    backoff.succeeded();
                    status.enter(before);
                }
                return manifest;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                metrics.checkpointFailed();
                status.fail("checkpoint of step " + student.position().step() + " could not be stored, trying again: "
                        + e.getMessage());
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
