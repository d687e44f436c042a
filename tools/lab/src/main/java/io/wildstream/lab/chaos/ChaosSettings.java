// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.lab.workload.WorkloadSettings;

/**
 * What a chaos run does.
 *
 * @param workload data, teacher, students and pace; an infinite pace is replaced by one that leaves time for the faults
 * @param kills faults, at least 1
 */
public record ChaosSettings(WorkloadSettings workload, int kills) {

    /** Processes that read {@code samples}. */
    static final int TEACHERS = 2;
    /** Processes that read {@code teacher-outputs}. */
    static final int SELECTORS = 2;

    /** Time for a fault, which the pace of the feeder follows from. */
    private static final double SECONDS_A_FAULT = 4.5;

    /** Samples per second for a stream of so many. */
    double pace(long samples) {
        double wanted = workload.run().samplesPerSecond();
        return Double.isInfinite(wanted) ? Math.max(1, samples / (kills * SECONDS_A_FAULT)) : wanted;
    }
}
