// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

/** What all commands take when nothing is named, so that the same images teach the same by each of them. */
public final class WorkloadDefaults {

    private WorkloadDefaults() {}

    /** Share of the stream that a curriculum keeps. */
    public static double rate(boolean builtIn) {
        return builtIn ? 0.1 : 0.27;
    }

    /** Steps of a student on the whole stream. */
    public static long steps(boolean builtIn) {
        return builtIn ? 600 : 1500;
    }
}
