// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a soak does.
 *
 * @param length time for which samples are fed, at least {@link #SHORTEST}
 * @param samplesPerSecond pace; infinite for as fast as the cluster takes them
 * @param maxBacklog samples that may wait for the teacher before the gateway holds the feeder
 * @param curricula names of the curricula, one student each
 * @param replayWindow samples that a student rehearses from: its memory is full when as many were kept
 * @param teacherModel a ready teacher, or null to train one
 * @param seed of the stream's order and of the students
 * @param portBase first of consecutive ports, or null for free ones
 */
public record SoakSettings(
        Duration length,
        double samplesPerSecond,
        long maxBacklog,
        List<String> curricula,
        int replayWindow,
        @Nullable Path teacherModel,
        long seed,
        @Nullable Integer portBase) {

    /** The shortest soak. */
    public static final Duration SHORTEST = Duration.ofMinutes(3);

    /** Rehearsal steps for each step on fresh samples. */
    static final double REHEARSAL_RATIO = 3;

    private static final double RATE = 0.1;
    private static final int BATCH = 32;
    private static final Duration SHORTEST_WARM_UP = Duration.ofMinutes(2);

    public SoakSettings {
        curricula = List.copyOf(curricula);
    }

    /** The workload: the built-in images, students without an end. */
    WorkloadSettings workload() {
        return new WorkloadSettings(
                new WorkloadSettings.DataSettings(null, List.of(), null, null, null),
                new WorkloadSettings.TeacherSettings(null, teacherModel, 10, false, 1, 1),
                new WorkloadSettings.StudentSettings(null, null, 0, BATCH, 0.001, 0, REHEARSAL_RATIO),
                curricula,
                RATE,
                seed,
                new WorkloadSettings.RunSettings(samplesPerSecond, length, portBase, true, false, false));
    }

    /** Whether more samples come than the cluster can process. */
    public boolean overload() {
        return Double.isInfinite(samplesPerSecond);
    }

    /** The part of the run that is not judged: a third of it, two minutes at least. */
    Duration warmUp() {
        Duration third = length.dividedBy(3);
        return third.compareTo(SHORTEST_WARM_UP) < 0 ? SHORTEST_WARM_UP : third;
    }
}
