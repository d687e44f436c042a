// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.lab.report.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A chaos report, a plan and a fault for a reader at a terminal. */
public final class ChaosText {

    private static final int FAULTS_A_LINE = 4;

    private ChaosText() {}

    /** The lines of the report: the proof table, and what does not hold. */
    public static List<String> lines(ChaosReport report) {
        List<String> lines = new ArrayList<>();
        ChaosReport.Missing missing = report.missing();
        ChaosReport.Duplicates twice = report.duplicates();
        lines.add("");
        lines.add(text(
                "Faults      %d in %.0f s; recovery %.1f s (median), %.1f s (max); unplanned deaths: %s",
                report.kills(),
                report.seconds(),
                report.recoverySeconds().median(),
                report.recoverySeconds().max(),
                report.unplannedDeaths().isEmpty() ? "none" : report.unplannedDeaths()));
        report.faults()
                .forEach((victim, kinds) -> lines.add(text(
                        "            %-16s %s",
                        victim,
                        kinds.entrySet().stream()
                                .map(kind -> kind.getValue() + " " + kind.getKey())
                                .collect(Collectors.joining(", ")))));
        lines.add("");
        lines.add(row("Proof", "records", "missing", "twice"));
        lines.add(row("samples sent", report.counts().sent(), missing.samples(), "-"));
        lines.add(row(
                "ingested",
                report.counts().ingested(),
                "-",
                report.counts().ingested() - report.counts().sent() + " by repeated calls"));
        lines.add(row(
                "teacher outputs", report.counts().teacherOutputs(), missing.teacherOutputs(), twice.teacherOutputs()));
        report.counts().kept().forEach((name, kept) -> lines.add(row("kept " + name, kept, "-", twice.curriculum())));
        lines.add(row("decisions", "-", missing.decisions(), twice.decisions()));
        report.counts()
                .trained()
                .forEach((name, trained) ->
                        lines.add(row("trained " + name, trained, missing.trained(), twice.trained())));
        report.students().forEach((name, student) -> lines.addAll(weights(name, student)));
        lines.add("");
        lines.addAll(verdict(report));
        return lines;
    }

    private static List<String> weights(String name, ChaosReport.Student student) {
        boolean equal = student.weightsSha256().equals(student.replaySha256());
        return List.of(
                text("weights     %s  %s after %,d steps", student.weightsSha256(), name, student.steps()),
                text("replay      %s  %s", student.replaySha256(), equal ? "equal bit for bit" : "DIFFERENT"));
    }

    private static List<String> verdict(ChaosReport report) {
        if (report.sound()) {
            return List.of(text(
                    "Proven      nothing lost, nothing learned twice: all %d checks hold",
                    report.checks().size()));
        }
        return report.checks().stream()
                .filter(check -> !check.holds())
                .map(ChaosText::violation)
                .toList();
    }

    private static String violation(Check check) {
        return "VIOLATED    " + check.name() + ": " + check.detail();
    }

    private static String row(String name, Object records, Object missing, Object twice) {
        return text("%-20s %12s %10s %10s", name, number(records), number(missing), number(twice));
    }

    private static String number(Object value) {
        return value instanceof Number number ? text("%,d", number.longValue()) : value.toString();
    }

    /** The plan, some faults a line. */
    static List<String> lines(FaultPlan plan) {
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < plan.faults().size(); from += FAULTS_A_LINE) {
            int to = Math.min(plan.faults().size(), from + FAULTS_A_LINE);
            lines.add("plan        "
                    + plan.faults().subList(from, to).stream()
                            .map(fault -> text("%,d: %s", fault.at(), what(fault)))
                            .collect(Collectors.joining("; ")));
        }
        return lines;
    }

    /** What a fault does. */
    static String what(Fault fault) {
        String length = fault.stopMillis() == 0 ? "" : text(" %.1f s", fault.stopMillis() / 1000.0);
        return fault.kind().label() + " " + fault.victim() + length;
    }

    static String text(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
