// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after another, in their order, on threads of a shared pool. A task that fails is logged and does not stop the others. */
final class SerialExecutor implements Executor {

    private static final Logger LOGGER = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor pool;
    /** Guarded by "this". */
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    /** Guarded by "this". */
    private boolean running;

    SerialExecutor(Executor pool) {
        this.pool = pool;
    }

    @Override
    public synchronized void execute(Runnable task) {
        waiting.add(task);
        if (!running) {
            running = true;
            pool.execute(this::drain);
        }
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOGGER.error("task failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = waiting.poll();
        running = task != null;
        return task;
    }
}
