package io.wildstream.selector;

import io.wildstream.selector.policy.RuleReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;

/** What the rules of all partitions of this instance say of themselves, brought together by curriculum. For reports only. */
final class RuleBoard {

    private final Map<TaskId, List<ActiveCurriculum>> byTask = new ConcurrentHashMap<>();

    /** Notes the rules of a partition in place of those before. */
    void set(TaskId task, List<ActiveCurriculum> active) {
        byTask.put(task, active);
    }

    /** Forgets a partition that went elsewhere. */
    void clear(TaskId task) {
        byTask.remove(task);
    }

    /** Mean thresholds and warm share over the partitions, by curriculum. */
    Map<String, RuleReport> reports() {
        Map<String, List<RuleReport>> byCurriculum = new TreeMap<>();
        for (List<ActiveCurriculum> active : byTask.values()) {
            for (ActiveCurriculum one : active) {
                byCurriculum
                        .computeIfAbsent(one.curriculum().name(), name -> new ArrayList<>())
                        .add(one.rule().report());
            }
        }
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
