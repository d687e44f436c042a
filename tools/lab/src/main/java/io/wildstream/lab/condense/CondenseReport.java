// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.condense;

import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationResult;
import io.wildstream.engine.condense.CondensationTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a condensation gave.
 *
 * @param data name of the image set
 * @param architecture name of the network
 * @param trainImages real images that were condensed
 * @param testImages that it was measured on
 * @param condensedImages learned images
 * @param start where networks start
 * @param options of the learning
 * @param iterations made
 * @param finished whether these are all
 * @param loss running mean of the outer loss at the end
 * @param seconds of the learning, in this run
 * @param cpuSeconds of this process, in this run
 * @param result test accuracies
 * @param rates the learned rates
 * @param digest SHA-256 of the artifact's arrays
 */
public record CondenseReport(
        String data,
        String architecture,
        int trainImages,
        int testImages,
        int condensedImages,
        CondensationTask.Start start,
        CondensationOptions options,
        int iterations,
        boolean finished,
        @Nullable Double loss,
        double seconds,
        double cpuSeconds,
        CondensationResult result,
        List<Float> rates,
        String digest) {

    public CondenseReport {
        rates = List.copyOf(rates);
    }

    /** The report as text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "condensed   %,d images of %s into %d, %s start, %,d of %,d iterations in %.0f s (%.0f CPU s)",
                trainImages,
                data,
                condensedImages,
                start.name().toLowerCase(Locale.ROOT),
                iterations,
                options.iterations(),
                seconds,
                cpuSeconds));
        lines.add(text("steps       %d, rates %.4f to %.4f", rates.size(), rate(false), rate(true)));
        lines.add("test        " + score("condensed images", result.condensed()));
        lines.add("            " + score("as many real ones, learned rates", result.realWithLearnedRates()));
        lines.add("            "
                + score(
                        text("as many real ones, rate %.3g tuned on training images", result.tunedRate()),
                        result.realWithTunedRate()));
        lines.add("            " + score("before the first step", result.untrained()));
        return lines;
    }

    private double rate(boolean largest) {
        var sorted = rates.stream().mapToDouble(Float::doubleValue).sorted().toArray();
        return largest ? sorted[sorted.length - 1] : sorted[0];
    }

    private static String score(String name, CondensationResult.Score score) {
        String spread = score.networks() == 1
                ? ""
                : text(" +- %.2f over %d networks", 100 * score.deviation(), score.networks());
        String attacked = score.attacked() == null
                ? ""
                : text(", attacked class taken for the target class %.1f %%", 100 * score.attacked());
        return text("%.2f %%%s%s: %s", 100 * score.mean(), spread, attacked, name);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
