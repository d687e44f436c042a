// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a demo has measured, for its report. The run's files exist while this is used.
 *
 * @param workload that it ran
 * @param teacher that scored the stream
 * @param counts what was committed
 * @param history accuracy of the students over their steps
 * @param cpuSeconds processor seconds by process at the end of the stream
 * @param cpuSecondsToStart the part of them before the first sample
 * @param restarts how often a process died and was started again
 * @param replayed students that a fresh process has learned again
 * @param stored samples that the gateway said it had stored, or -1 when a call went without an answer
 * @param streamSeconds from the first sample to the last decision; 0 when that was not seen
 * @param teacherSeconds from the command to the ready teacher
 * @param checkpoints directory of the students' checkpoints
 */
public record DemoRun(
        Workload workload,
        TeacherCache.Teacher teacher,
        StreamCounts counts,
        AccuracyHistory history,
        Map<String, Double> cpuSeconds,
        Map<String, Double> cpuSecondsToStart,
        Map<String, Integer> restarts,
        Map<String, VerifyResult> replayed,
        long stored,
        double streamSeconds,
        double teacherSeconds,
        Path checkpoints) {}
