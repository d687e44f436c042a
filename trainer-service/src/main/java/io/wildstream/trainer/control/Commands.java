// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.StudentSpec;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What somebody wants of the student now: the newest {@code StudentSpec} on {@code control}. Thread safe. */
public final class Commands implements AutoCloseable {

    private static final long WAIT_MILLIS = 100;

    /** A spec and its generation. */
    public record Wish(StudentSpec spec, long generation) {}

    private final ControlLog control;
    /** Writes guarded by "this"; its change is notified. */
    private @Nullable Wish newest;

    /** Starts to follow the control topic. */
    public Commands(Map<String, ?> clientProperties, Topics topics, String student) {
        String key = ControlKeys.student(student);
        this.control = new ControlLog(clientProperties, topics, (changed, record) -> {
            if (changed.equals(key)) {
                take(record);
            }
        });
    }

    private synchronized void take(ControlRecord record) {
        newest = new Wish(record.getStudent(), record.getGeneration());
        notifyAll();
    }

    /** The newest wish, or null before the first. */
    synchronized @Nullable Wish newest() {
        return newest;
    }

    /** The newest request to go back; 0 before the first. */
    public long rollbackRequest() {
        Wish wish = newest();
        return wish == null ? 0 : wish.spec().getRollback().getRequest();
    }

    /** Waits for a wish of another generation than this, a tenth of a second at most. */
    @SuppressWarnings("WaitNotInLoop") // every caller looks again in a loop of its own
    synchronized void awaitChange(long generation) throws InterruptedException {
        Wish wish = newest;
        if (wish == null || wish.generation == generation) {
            wait(WAIT_MILLIS);
        }
    }

    /** Waits for the first wish; null when {@code keepWaiting} said no. */
    public @Nullable Wish await(BooleanSupplier keepWaiting) throws InterruptedException {
        while (keepWaiting.getAsBoolean()) {
            Wish wish = newest();
            if (wish != null) {
                return wish;
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
