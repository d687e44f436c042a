// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.Policies;
import io.wildstream.lab.report.DemoReport.Curriculum;
import io.wildstream.lab.report.DemoReport.Student;
import io.wildstream.lab.workload.TeacherCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for a reader at a terminal. */
public final class ReportText {

    private ReportText() {}

    /** The lines of the report. */
    public static List<String> lines(DemoReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(text(
                "Stream      %,d samples, %,d teacher outputs, %,d dead letters; %,.0f samples/s; %.0f s in all",
                report.counts().ingested(),
                report.counts().teacherOutputs(),
                report.counts().deadLetters(),
                report.rate().samplesPerSecond(),
                report.seconds()));
        lines.addAll(teacher(report.teacher(), report.data().testImages()));
        lines.add("");
        lines.add(text(
                "%-14s %10s %10s %11s %8s %9s %10s %10s",
                "curriculum", "kept", "not kept", "in-domain", "steps", "trained", "accuracy", "agreement"));
        report.students().forEach((name, student) -> lines.add(row(report, student)));
        lines.add("");
        lines.addAll(verdict(report));
        lines.addAll(regret(report));
        lines.add(cpu(report));
        report.restarts().forEach((process, count) -> lines.add(text("Restarted   %s (%d)", process, count)));
        lines.addAll(checks(report));
        return lines;
    }

    /** What is known of the teacher, with a warning when its description says another accuracy than was measured. */
    static List<String> teacher(DemoReport.Teacher teacher, int images) {
        List<String> lines = new ArrayList<>();
        Double measured = teacher.accuracy();
        Double described = teacher.describedAccuracy();
        lines.add("Teacher     " + teacher.name());
        lines.add(text(
                "            accuracy %s on %,d test images; %s by its model.json",
                measured == null ? "not measured" : percent(measured), images, percent(described)));
        if (teacher.qDiagonal() != null) {
            lines.add("            Q begins with " + teacher.qDiagonal());
        }
        if (measured != null && described != null && TeacherCache.differs(measured, described)) {
            lines.add(text(
                    "WARNING     model.json is %.1f points off: Q begins with wrong figures, and a",
                    100 * Math.abs(measured - described)));
            lines.add("            student learns worse by them. Correct both accuracies in that file.");
        }
        return lines;
    }

    private static String row(DemoReport report, Student student) {
        Curriculum curriculum = report.curricula().get(student.curriculum());
        return text(
                "%-14s %,10d %,10d %11s %,8d %,9d %10s %10s",
                student.curriculum(),
                curriculum == null ? 0 : curriculum.kept(),
                curriculum == null ? 0 : curriculum.notKept(),
                percent(curriculum == null ? null : curriculum.inDomainShare()),
                student.steps(),
                student.trained(),
                percent(student.accuracy()),
                percent(student.agreement()));
    }

    private static List<String> verdict(DemoReport report) {
        List<String> lines = new ArrayList<>();
        for (String name : report.curricula().keySet()) {
            if (!name.equals(Policies.RANDOM)) {
                report.pointsAbove(name, Policies.RANDOM)
                        .ifPresent(points -> lines.add(text(
                                "Does the selection help? %s is %.2f points %s random.",
                                name, Math.abs(points), points < 0 ? "below" : "above")));
            }
        }
        return lines;
    }

    private static List<String> regret(DemoReport report) {
        List<String> lines = new ArrayList<>();
        report.curricula().forEach((name, curriculum) -> {
            Double regret = curriculum.regret();
            if (regret != null) {
                lines.add(text("Regret      %s misses %.2f %% of the offline top-N", name, 100 * regret));
            }
        });
        return lines;
    }

    private static String cpu(DemoReport report) {
        return "CPU         "
                + report.cpuSeconds().entrySet().stream()
                        .map(entry -> text("%s %.1f s", entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static List<String> checks(DemoReport report) {
        if (report.sound()) {
            return List.of(text(
                    "Checked     nothing lost, nothing learned twice: all %d counts hold",
                    report.checks().size()));
        }
        return report.checks().stream()
                .filter(check -> !check.holds())
                .map(check -> "VIOLATED    " + check.name() + ": " + check.detail())
                .toList();
    }

    private static String percent(@org.jspecify.annotations.Nullable Double share) {
        return share == null ? "unknown" : text("%.2f %%", 100 * share);
    }

    private static String text(String format, @org.jspecify.annotations.Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Entries of a map as text, for messages. */
    static String join(Map<String, ?> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
