// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import java.time.Duration;

/** Processor time of this process. */
public final class CpuTime {

    private CpuTime() {}

    /** Seconds of all threads since the process started, or 0 where the operating system does not report it. */
    public static double ofThisProcess() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(Duration::toMillis)
                        .orElse(0L)
                / 1000.0;
    }
}
