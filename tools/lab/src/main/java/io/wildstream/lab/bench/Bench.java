// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import io.wildstream.lab.demo.Demo;
import io.wildstream.lab.report.DemoReport;
import io.wildstream.lab.report.DemoRun;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a workload in a cluster, then the same work in this process without Kafka, and compares the processor time. What it takes to
 * start the processes is reported apart from the rest and is not part of the ratio.
 */
public final class Bench {

    private Bench() {}

    /**
     * Runs it.
     *
     * @param settings the workload: one curriculum, one student
     */
    public static BenchReport run(WorkloadSettings settings, RunContext context) throws InterruptedException {
        return new Demo(settings, context).run((run, report) -> {
            context.screen().clear();
            context.screen().say("baseline    the same work in one process");
            return compare(run, report);
        });
    }

    private static BenchReport compare(DemoRun run, DemoReport cluster) {
        WorkloadSettings settings = run.workload().settings();
        DemoReport.Student learned = cluster.students().values().iterator().next();
        String curriculum = settings.curricula().get(0);
        Baseline.Result baseline = Baseline.run(
                new Baseline.Work(
                        run.teacher().directory(),
                        run.workload().student(),
                        curriculum,
                        Objects.requireNonNull(run.workload().policies().get(curriculum)),
                        settings.student().batch(),
                        learned.steps(),
                        settings.student().learningRate()),
                run.workload().mixture());
        long samples = cluster.counts().ingested();
        BenchReport.Cost inCluster = BenchReport.Cost.of(difference(cluster), samples, cluster.cpuSecondsToStart());
        BenchReport.Cost inOne = BenchReport.Cost.of(baseline.stageSeconds(), samples, Map.of());
        return new BenchReport(
                samples,
                learned.trained(),
                learned.steps(),
                new BenchReport.Machine(Runtime.getRuntime().availableProcessors(), System.getProperty("java.version")),
                inCluster,
                inOne,
                inCluster.totalPerSample() / inOne.totalPerSample());
    }

    private static Map<String, Double> difference(DemoReport cluster) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        cluster.cpuSeconds()
                .forEach((name, value) ->
                        seconds.put(name, value - cluster.cpuSecondsToStart().getOrDefault(name, 0.0)));
        return seconds;
    }
}
