// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.demo.Demo;
import io.wildstream.lab.report.DemoReport;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs a workload in a cluster, then the same work in this process without Kafka, and compares the processor time. What it takes to
 * start the processes is told apart and not part of the ratio.
 */
public final class Bench {

    private Bench() {}

    /**
     * Runs it.
     *
     * @param settings the workload: one curriculum, one student
     * @param onStop gets what must be done when the program is told to stop in the middle
     */
    public static BenchReport run(
            WorkloadSettings settings, Home home, Installation installation, Screen screen, Consumer<Runnable> onStop)
            throws InterruptedException {
        return new Demo(settings, home, installation, screen, onStop).run(outcome -> {
            screen.clear();
            screen.say("baseline    the same work in one process");
            return compare(settings, outcome);
        });
    }

    private static BenchReport compare(WorkloadSettings settings, Demo.Outcome outcome) {
        DemoReport cluster = outcome.report();
        DemoReport.Student learned = cluster.students().values().iterator().next();
        Baseline.Result baseline = Baseline.run(
                new Baseline.Work(
                        outcome.teacherDirectory(),
                        outcome.studentDirectory(),
                        settings.rate(),
                        settings.student().batch(),
                        learned.steps(),
                        settings.student().learningRate()),
                outcome.mixture());
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
