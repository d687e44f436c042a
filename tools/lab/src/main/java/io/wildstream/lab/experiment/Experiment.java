// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Json;
import io.wildstream.lab.plot.IntervalPlot;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** An experiment from its name to its table: its trials over the seeds, one after the other. */
public final class Experiment {

    private final RunContext context;

    /** Prepares experiments and starts nothing. */
    public Experiment(RunContext context) {
        this.context = context;
    }

    /** Names of all experiments. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(Catalogue.names());
        names.add(CondenseExperiment.NAME);
        return names;
    }

    /** What an experiment compares. */
    public static String title(String name) {
        return name.equals(CondenseExperiment.NAME)
                ? CondenseExperiment.TITLE
                : Catalogue.of(name).title();
    }

    /**
     * Runs one on a cluster.
     *
     * @param name of {@link #names} but for {@code condense}
     * @param settings of a seed
     * @param seeds of the trials
     * @param steps of each student
     * @param command that repeats it, for the table
     * @throws ClusterException when something is missing or fails
     */
    public ResultTable run(
            String name, LongFunction<WorkloadSettings> settings, List<Long> seeds, long steps, String command)
            throws InterruptedException {
        long begun = System.nanoTime();
        Catalogue.Entry entry = Catalogue.of(name);
        List<Measurement> measurements = new ArrayList<>();
        List<FeatureNorms> norms = new ArrayList<>();
        try (Home.Lock lock = context.home().lock()) {
            TrialRunner runner = new TrialRunner(context, steps);
            for (long seed : seeds) {
                for (Trial trial : entry.trials().apply(settings.apply(seed))) {
                    context.screen()
                            .say("trial       " + name + ", " + trial.setting() + ", seed " + seed + ": "
                                    + trial.arms().size() + " students");
                    TrialOutcome outcome = runner.run(trial);
                    measurements.addAll(inOrder(trial, outcome.measurements()));
                    norms.addAll(outcome.norms());
                }
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return ResultTable.of(
                name, entry.title(), command, seeds, steps, new TrialOutcome(measurements, norms), seconds);
    }

    /** The arms end in any order; the table has them in that of the trial. */
    private static List<Measurement> inOrder(Trial trial, List<Measurement> measured) {
        return trial.arms().stream()
                .flatMap(arm -> measured.stream().filter(one -> one.arm().equals(arm.name())))
                .toList();
    }

    /**
     * Writes {@code table.md} and {@code accuracy.png} into a directory and the figures as JSON.
     *
     * @throws ClusterException when they cannot be written
     */
    public static void write(ResultTable table, Path directory, Path json) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("table.md"), table.markdown());
            IntervalPlot plot = new IntervalPlot(table.title(), "accuracy on the test part, %");
            for (ResultTable.Row row : table.rows()) {
                Double deviation = row.deviation();
                plot.row(row.setting() + "  " + row.arm(), 100 * row.mean(), deviation == null ? 0 : 100 * deviation);
            }
            plot.write(directory.resolve("accuracy.png"));
            Json.write(json, table);
        } catch (IOException e) {
            throw new ClusterException("the results cannot be written to " + directory + ": " + e.getMessage(), e);
        }
    }
}
