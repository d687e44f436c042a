// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment came to: a row for each setting and arm, over the seeds.
 *
 * @param experiment its name
 * @param title what it compares
 * @param command that repeats it
 * @param seeds of the trials
 * @param steps of each student
 * @param rows in the order of the trials and arms
 * @param measurements that the rows are made of
 * @param norms of the teacher's features where labels agree with it and where not, for labelled streams
 * @param seconds that it took
 */
public record ResultTable(
        String experiment,
        String title,
        String command,
        List<Long> seeds,
        long steps,
        List<Row> rows,
        List<Measurement> measurements,
        List<FeatureNorms> norms,
        double seconds) {

    /**
     * One arm in one setting.
     *
     * @param mean accuracy over the seeds, in [0, 1]
     * @param deviation of one seed, with n - 1 in the denominator; absent for one seed
     * @param samples mean of the samples that a student learned
     * @param steps of a student, all its generations together
     * @param teacherAccuracy mean over the seeds, in [0, 1]
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            String setting,
            String arm,
            double mean,
            @Nullable Double deviation,
            long samples,
            long steps,
            double teacherAccuracy) {}

    /** The table of these measurements. */
    static ResultTable of(
            String experiment,
            String title,
            String command,
            List<Long> seeds,
            long steps,
            TrialOutcome outcome,
            double seconds) {
        List<Measurement> measurements = outcome.measurements();
        Map<List<String>, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement one : measurements) {
            groups.computeIfAbsent(List.of(one.setting(), one.arm()), key -> new ArrayList<>())
                    .add(one);
        }
        List<Row> rows = groups.entrySet().stream()
                .map(group -> row(group.getKey().get(0), group.getKey().get(1), group.getValue()))
                .toList();
        return new ResultTable(experiment, title, command, seeds, steps, rows, measurements, outcome.norms(), seconds);
    }

    private static Row row(String setting, String arm, List<Measurement> group) {
        double mean =
                group.stream().mapToDouble(Measurement::accuracy).average().orElse(Double.NaN);
        double squares = group.stream()
                .mapToDouble(one -> (one.accuracy() - mean) * (one.accuracy() - mean))
                .sum();
        int count = group.size();
        return new Row(
                setting,
                arm,
                mean,
                count > 1 ? Math.sqrt(squares / (count - 1)) : null,
                Math.round(
                        group.stream().mapToLong(Measurement::samples).average().orElse(0)),
                group.get(0).steps(),
                group.stream()
                        .mapToDouble(Measurement::teacherAccuracy)
                        .average()
                        .orElse(Double.NaN));
    }

    /** The table in Markdown, accuracies in percent. */
    public List<String> markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("## " + title);
        lines.add("");
        lines.add("`" + command + "`: " + steps + " steps each, seeds "
                + String.join(", ", seeds.stream().map(String::valueOf).toList()) + ".");
        lines.add("");
        lines.add("| setting | student | samples | steps | accuracy % | deviation | teacher % |");
        lines.add("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        for (Row row : rows) {
            Double deviation = row.deviation();
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %,d | %,d | %.2f | %s | %s |",
                    row.setting(),
                    row.arm(),
                    row.samples(),
                    row.steps(),
                    100 * row.mean(),
                    deviation == null ? "-" : percent(deviation),
                    Double.isNaN(row.teacherAccuracy()) ? "-" : percent(row.teacherAccuracy())));
        }
        if (!norms.isEmpty()) {
            lines.add("");
            lines.add("| setting | seed | mean norm where the label is the teacher's class | where it is another | of"
                    + " these |");
            lines.add("| --- | ---: | ---: | ---: | ---: |");
        }
        for (FeatureNorms norm : norms) {
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.3f | %.3f | %,d |",
                    norm.setting(),
                    norm.seed(),
                    norm.agreeing(),
                    norm.contradicting(),
                    norm.contradictions()));
        }
        return lines;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }
}
