// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.cluster.Installation;
import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationOptions.Schedule;
import io.wildstream.engine.condense.CondensationResult;
import io.wildstream.engine.condense.CondensationTask;
import io.wildstream.lab.condense.Condense;
import io.wildstream.lab.condense.CondenseReport;
import io.wildstream.lab.condense.CondenseSettings;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An image set condensed into 10 images for fixed starting weights and into 100 for random ones (Wang et al. 2018, arXiv:1811.10959),
 * against as many real images. It runs without a cluster; what was condensed stays below the report's directory, so that a second run
 * of a stopped experiment continues.
 */
public final class CondenseExperiment {

    /** Name of the experiment. */
    public static final String NAME = "condense";

    /** What it compares. */
    public static final String TITLE = "Condensed images against as many real ones";

    private static final int TEST_NETWORKS = 10;

    private final Installation installation;
    private final Screen screen;

    /** An experiment that shows its progress on this screen. */
    public CondenseExperiment(Installation installation, Screen screen) {
        this.installation = installation;
        this.screen = screen;
    }

    /**
     * Runs it.
     *
     * @param data image set with labels and a test part
     * @param iterations updates of the images in each setting; null for as many as the published table was made with
     * @param directory of what is condensed
     */
    public ResultTable run(Path data, List<Long> seeds, @Nullable Long iterations, Path directory, String command) {
        long begun = System.nanoTime();
        List<Measurement> measurements = new ArrayList<>();
        for (long seed : seeds) {
            for (CondensationTask.Start start : List.of(CondensationTask.Start.FIXED, CondensationTask.Start.RANDOM)) {
                CondensationOptions options = options(start, seed, iterations);
                String name = start.name().toLowerCase(Locale.ROOT);
                screen.say("condensing  " + name + " start, seed " + seed);
                CondenseSettings settings = new CondenseSettings(
                        data,
                        null,
                        null,
                        null,
                        start,
                        List.of(),
                        null,
                        null,
                        options,
                        TEST_NETWORKS,
                        directory.resolve(name + "-seed-" + seed),
                        Duration.ofDays(7));
                CondenseReport report = new Condense(settings, installation, screen).run();
                report.lines().forEach(screen::say);
                measurements.addAll(measurements(name, seed, report));
            }
        }
        long steps = iterations == null
                ? options(CondensationTask.Start.FIXED, 0, null).iterations()
                : iterations;
        double seconds = (System.nanoTime() - begun) / 1e9;
        return ResultTable.of(NAME, TITLE, command, seeds, steps, new TrialOutcome(measurements, List.of()), seconds);
    }

    private static CondensationOptions options(CondensationTask.Start start, long seed, @Nullable Long iterations) {
        boolean fixed = start == CondensationTask.Start.FIXED;
        int usual = fixed ? 20_000 : 2000;
        return new CondensationOptions(
                1,
                fixed ? 1 : 10,
                fixed ? 5 : 6,
                CondensationOptions.Start.REAL,
                1,
                256,
                iterations == null ? usual : Math.toIntExact(iterations),
                fixed ? 0.02 : 0.015,
                fixed ? 0.02 : 0.003,
                Schedule.COSINE,
                fixed ? 0.05 : 0.015,
                fixed ? 2 : 1.5,
                seed);
    }

    private static List<Measurement> measurements(String start, long seed, CondenseReport report) {
        CondensationResult result = report.result();
        String setting = report.condensedImages() + " images, " + start + " start";
        return List.of(
                measurement(setting, "condensed", seed, report, result.condensed()),
                measurement(setting, "real, learned rates", seed, report, result.realWithLearnedRates()),
                measurement(setting, "real, tuned rate", seed, report, result.realWithTunedRate()),
                measurement(setting, "before", seed, report, result.untrained()));
    }

    private static Measurement measurement(
            String setting, String arm, long seed, CondenseReport report, CondensationResult.Score score) {
        return new Measurement(
                setting,
                arm,
                seed,
                report.condensedImages(),
                report.options().innerSteps(),
                score.mean(),
                Double.NaN,
                Double.NaN,
                report.digest());
    }
}
