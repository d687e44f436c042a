// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * How long the thread that made it may compute. Time in which the process was stopped or waited for a processor does not count: a busy
 * machine must not refuse samples. Belongs to one thread.
 */
final class WorkTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean MEASURED =
            THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

    private final long limit;
    private final long start;

    WorkTime(Duration limit) {
        this.limit = limit.toNanos();
        this.start = nanos();
    }

    /** Whether it is over. */
    boolean isOver() {
        return nanos() - start > limit;
    }

    private static long nanos() {
        return MEASURED ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
