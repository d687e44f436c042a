// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.StudentSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The desired state of the student: the newest {@code StudentSpec} on {@code control}. Thread safe. */
public final class Commands implements DesiredStates, AutoCloseable {

    private static final long WAIT_MILLIS = 100;

    /** A spec and its generation. */
    public record DesiredState(StudentSpec spec, long generation) {}

    private final ControlLog control;
    /** Writes guarded by "this"; its change is notified. */
    private @Nullable DesiredState newest;

    /** Starts to follow the control topic. */
    public Commands(Map<String, ?> clientProperties, Topics topics, String student) {
        this(clientProperties, topics, student, null);
    }

    /**
     * Starts to follow the control topic, and skips what has ended this process before.
     *
     * @param marks as in {@link ControlLog}
     */
    public Commands(Map<String, ?> clientProperties, Topics topics, String student, @Nullable Path marks) {
        String key = ControlKeys.student(student);
        this.control = new ControlLog(clientProperties, topics, marks, (changed, record) -> {
            if (changed.equals(key)) {
                take(record);
            }
        });
    }

    private synchronized void take(ControlRecord record) {
        newest = new DesiredState(record.getStudent(), record.getGeneration());
        notifyAll();
    }

    @Override
    public synchronized @Nullable DesiredState newest() {
        return newest;
    }

    /** Why {@code control} cannot be read now; empty while it can. */
    public String obstacle() {
        return control.obstacle();
    }

    /** The newest rollback request; 0 before the first. */
    public long rollbackRequest() {
        DesiredState desired = newest();
        return desired == null ? 0 : desired.spec().getRollback().getRequest();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // every caller looks again in a loop of its own
    public synchronized void awaitChange(long generation) throws InterruptedException {
        DesiredState desired = newest;
        if (desired == null || desired.generation == generation) {
            wait(WAIT_MILLIS);
        }
    }

    /** Waits for the first desired state; null when {@code keepWaiting} was false. */
    public @Nullable DesiredState await(BooleanSupplier keepWaiting) throws InterruptedException {
        while (keepWaiting.getAsBoolean()) {
            DesiredState desired = newest();
            if (desired != null) {
                return desired;
            }
            awaitChange(0);
        }
        return null;
    }

    @Override
    public void close() {
        control.close();
    }
}
