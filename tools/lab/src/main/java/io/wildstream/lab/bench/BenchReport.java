// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a sample costs.
 *
 * @param samples of the stream
 * @param kept selected samples in the cluster
 * @param steps steps of the student
 * @param machine processors and Java
 * @param cluster by process
 * @param oneProcess by stage, without Kafka
 * @param ratio processor time of the cluster over that of the one process
 */
public record BenchReport(
        long samples, long kept, long steps, Machine machine, Cost cluster, Cost oneProcess, double ratio) {

    /** Where it was measured. */
    public record Machine(int processors, String java) {}

    /**
     * Processor time.
     *
     * @param cpuSeconds by process or stage, without what it takes to start
     * @param cpuSecondsPerSample the same for each sample
     * @param totalPerSample their sum
     * @param cpuSecondsToStart by process, until all were ready; empty for the one process
     */
    public record Cost(
            Map<String, Double> cpuSeconds,
            Map<String, Double> cpuSecondsPerSample,
            double totalPerSample,
            Map<String, Double> cpuSecondsToStart) {

        static Cost of(Map<String, Double> seconds, long samples, Map<String, Double> start) {
            Map<String, Double> perSample = new LinkedHashMap<>();
            seconds.forEach((name, value) -> perSample.put(name, value / samples));
            double total =
                    perSample.values().stream().mapToDouble(Double::doubleValue).sum();
            return new Cost(seconds, perSample, total, start);
        }
    }

    /** The report for a reader at a terminal. */
    public List<String> lines() {
        List<String> lines = new java.util.ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d samples, %,d kept, %,d steps; microseconds of processor time a sample",
                samples,
                kept,
                steps));
        cluster.cpuSecondsPerSample().forEach((name, value) -> lines.add(line("cluster", name, value)));
        lines.add(line("cluster", "all", cluster.totalPerSample()));
        oneProcess.cpuSecondsPerSample().forEach((name, value) -> lines.add(line("one process", name, value)));
        lines.add(line("one process", "all", oneProcess.totalPerSample()));
        lines.add(String.format(Locale.ROOT, "ratio %.2f", ratio));
        return lines;
    }

    private static String line(String where, String what, double secondsPerSample) {
        return String.format(Locale.ROOT, "  %-12s %-16s %10.1f", where, what, 1e6 * secondsPerSample);
    }
}
