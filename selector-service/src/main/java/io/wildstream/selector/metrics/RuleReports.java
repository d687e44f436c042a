// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.metrics;

import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.SelectorStatus.WrittenCount;
import io.wildstream.selection.RuleReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

/** The reports of the rules of all partitions of this instance, combined by curriculum. For status and metrics only. */
public final class RuleReports {

    private final Map<TaskId, Supplier<Map<String, RuleReport>>> byTask = new ConcurrentHashMap<>();
    private final Map<TaskId, String> problems = new ConcurrentHashMap<>();

    private final Map<TaskId, WrittenCounts> written = new ConcurrentHashMap<>();
    private volatile @Nullable DriftEvent lastDrift;

    /** Records a change of the stream. */
    public void drift(DriftEvent event) {
        lastDrift = event;
    }

    /** The newest change of the stream that this instance saw, or null. */
    public @Nullable DriftEvent lastDrift() {
        return lastDrift;
    }

    /** Sets where the reports of a task's rules come from, by curriculum. */
    public void set(TaskId task, Supplier<Map<String, RuleReport>> reports) {
        byTask.put(task, reports);
    }

    /** Sets what prevents a task from a part of its work; empty for nothing. */
    public void problems(TaskId task, String problem) {
        problems.put(task, problem);
    }

    /** Sets where the counts of a task come from. */
    public void written(TaskId task, WrittenCounts counts) {
        written.put(task, counts);
    }

    /** What the tasks have written. */
    public List<WrittenCount> written() {
        return written.values().stream()
                .flatMap(counts -> counts.report().stream())
                .toList();
    }

    /** Whether a task has not counted from its beginning on. */
    public boolean countsIncomplete() {
        return written.values().stream().anyMatch(counts -> !counts.isComplete());
    }

    /** Forgets a task that this instance no longer has. */
    public void clear(TaskId task) {
        byTask.remove(task);
        written.remove(task);
        problems.remove(task);
    }

    /** The present problem, or empty. */
    public String problem() {
        return Problems.joined(problems.values().stream());
    }

    /** Mean thresholds and warm share over the tasks, by curriculum. */
    public Map<String, RuleReport> reports() {
        Map<String, List<RuleReport>> byCurriculum = new TreeMap<>();
        byTask.values()
                .forEach(reports -> reports.get()
                        .forEach((name, report) -> byCurriculum
                                .computeIfAbsent(name, unused -> new ArrayList<>())
                                .add(report)));
        Map<String, RuleReport> means = new TreeMap<>();
        byCurriculum.forEach((name, reports) -> means.put(name, mean(reports)));
        return means;
    }

    private static RuleReport mean(List<RuleReport> reports) {
        int labels = reports.stream()
                .mapToInt(report -> report.thresholds().size())
                .max()
                .orElse(0);
        List<Double> thresholds = IntStream.range(0, labels)
                .mapToObj(label -> meanThreshold(reports, label))
                .toList();
        double warm = reports.stream().mapToDouble(RuleReport::warm).average().orElse(0);
        return new RuleReport(thresholds, warm);
    }

    private static double meanThreshold(List<RuleReport> reports, int label) {
        return reports.stream()
                .filter(report -> label < report.thresholds().size())
                .mapToDouble(report -> report.thresholds().get(label))
                .filter(threshold -> !Double.isNaN(threshold))
                .average()
                .orElse(Double.NaN);
    }
}
