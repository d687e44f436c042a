// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Processor time of one thread by stage; torch works on the calling thread when it has one thread only. */
final class StageClock {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private @Nullable String stage;
    private long since;

    /** Ends the stage before and begins this one. */
    void begin(String next) {
        end();
        stage = next;
        since = threads.getCurrentThreadCpuTime();
    }

    /** Ends the stage. */
    void end() {
        String ended = stage;
        if (ended != null) {
            seconds.merge(ended, (threads.getCurrentThreadCpuTime() - since) / 1e9, Double::sum);
        }
        stage = null;
    }

    Map<String, Double> seconds() {
        return seconds;
    }
}
