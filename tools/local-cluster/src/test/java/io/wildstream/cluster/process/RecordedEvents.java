// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Writes down what a supervisor says, or fails at what it says. */
final class RecordedEvents implements Supervisor.Listener {
    final List<String> seen = new CopyOnWriteArrayList<>();
    volatile @Nullable Throwable failure;

    @Override
    public void died(ChildProcess process, int exitStatus, Duration pause) {
        seen.add("died " + exitStatus);
    }

    @Override
    public void restarted(ChildProcess process) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        seen.add("restarted");
    }

    @Override
    public void givenUp(ChildProcess process, int exitStatus) {
        seen.add("given up " + exitStatus);
    }

    @Override
    public void takenOver(ChildProcess process) {
        seen.add("taken over");
    }
}
