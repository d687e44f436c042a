// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import io.wildstream.client.text.TerminalText;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StageStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A running pipeline as text, to find out what is wrong: records, rate and lag of each stage, then what each selector noticed
 * and the problem that each instance reports.
 *
 * @param rates between an earlier status and the one that is shown
 */
public record StatusText(Rates rates) {

    private static final String NONE = "-";
    private static final int WIDTH = 80;
    private static final String GAP = "   ";
    private static final String INDENT = " ".repeat(13);

    /** The table, a line for each drift and problem, and what the figures are. */
    public List<String> lines() {
        PipelineStatus status = rates.after();
        List<String> lines = new ArrayList<>();
        lines.addAll(row("stage", "", "records", "samples/s", "lag", ""));
        StageStatus ingest = status.getIngest();
        lines.addAll(row("ingest", "", count(ingest.getRecords()), rate(ingest.getRecordsPerSecond()), NONE, ""));
        StageStatus teacher = status.getTeacher();
        lines.addAll(
                row("teacher", "", count(Progress.scored(status)), rate(rates.teacher()), lag(teacher), dead(teacher)));
        StageStatus selector = status.getSelector();
        lines.addAll(row("selector", "", NONE, NONE, lag(selector), dead(selector)));
        status.getCurriculaList().stream()
                .sorted(Comparator.comparing(CurriculumStatus::getName))
                .forEach(curriculum -> lines.addAll(line(curriculum)));
        status.getStudentsList().stream()
                .sorted(Comparator.comparing(StudentStatus::getStudent))
                .forEach(student -> lines.addAll(line(student)));
        instances()
                .filter(instance -> instance.getSelector().hasLastDrift())
                .forEach(instance -> lines.add(drift(instance)));
        problems().forEach(problem -> lines.add(text("  %-10s %s", "problem", problem)));
        lines.add(text("  samples/s over the last %.0f s; of ingest over about 10 s", seconds()));
        return lines;
    }

    private List<String> line(CurriculumStatus curriculum) {
        return row(
                "curriculum",
                curriculum.getName(),
                count(curriculum.getRecords()),
                rate(rates.curriculum(curriculum.getName())),
                NONE,
                share(curriculum));
    }

    private List<String> line(StudentStatus student) {
        StudentState state = student.getState();
        String suffix = state == StudentState.STUDENT_STATE_TRAINING
                ? ""
                : " " + state.name().substring("STUDENT_STATE_".length()).toLowerCase(Locale.ROOT);
        List<String> lines = new ArrayList<>(row(
                "student",
                student.getStudent(),
                count(student.getTrained()),
                rate(rates.student(student.getStudent())),
                count(student.getLag()),
                Progress.step(student) + Progress.quality(student) + suffix));
        if (student.getMissing() > 0) {
            lines.add(INDENT + count(student.getMissing()) + " left out: gone from their store, or changed there");
        }
        return lines;
    }

    /** The share that the selectors have kept since they were started, and the one that the policy wants where it names one. */
    private String share(CurriculumStatus curriculum) {
        double kept = Progress.keptShare(rates.after(), curriculum.getName());
        if (Double.isNaN(kept)) {
            return "";
        }
        SelectionPolicy asked = curriculum.getPolicy();
        double wanted = asked.hasKeepRate()
                ? asked.getKeepRate().getRate()
                : asked.hasRandom() ? asked.getRandom().getRate() : 0;
        String policy = wanted > 0 ? text(", its policy wants %.1f %%", 100 * wanted) : "";
        return text("keeps %.1f %%", 100 * kept) + policy;
    }

    private static String drift(InstanceStatus instance) {
        DriftEvent drift = instance.getSelector().getLastDrift();
        String what = drift.getSignal() == DriftEvent.Signal.SIGNAL_CLASS_MIX
                ? "share of class " + drift.getPseudoLabel()
                : "mean noise value";
        return text(
                "  %-10s %s: %s %.3f -> %.3f at partition %d, offset %,d; %,d since its start",
                "drift",
                TerminalText.printable(instance.getInstance()),
                what,
                drift.getBefore(),
                drift.getAfter(),
                drift.getPartition(),
                drift.getOffset(),
                instance.getSelector().getDrifts());
    }

    private List<String> problems() {
        PipelineStatus status = rates.after();
        List<String> problems = new ArrayList<>();
        Stream.of(ServiceKind.SERVICE_KIND_TEACHER, ServiceKind.SERVICE_KIND_SELECTOR)
                .filter(kind -> instances()
                        .filter(Predicate.not(instance -> Rates.silent(status, instance)))
                        .noneMatch(instance -> instance.getService() == kind))
                .forEach(kind -> problems.add("no " + name(kind) + " is alive"));
        problems.addAll(status.getProblemsList());
        instances().forEach(instance -> {
            if (!instance.getProblem().isEmpty()) {
                problems.add(instance.getInstance() + ": " + instance.getProblem());
            }
            if (Rates.silent(status, instance)) {
                problems.add(text("%s: no heartbeat for %.0f s", instance.getInstance(), Rates.age(status, instance)));
            }
        });
        return problems.stream().map(TerminalText::printable).toList();
    }

    private static String name(ServiceKind kind) {
        return kind.name().substring("SERVICE_KIND_".length()).toLowerCase(Locale.ROOT);
    }

    private Stream<InstanceStatus> instances() {
        return rates.after().getInstancesList().stream().sorted(Comparator.comparing(InstanceStatus::getInstance));
    }

    private double seconds() {
        return Rates.seconds(rates.after().getTime())
                - Rates.seconds(rates.before().getTime());
    }

    /** One line, the rest below it where it is too long; the names of curricula and students are as wide as the longest. */
    private List<String> row(String stage, String name, String records, String rate, String lag, String rest) {
        int width = Stream.concat(
                        rates.after().getCurriculaList().stream().map(CurriculumStatus::getName),
                        rates.after().getStudentsList().stream().map(StudentStatus::getStudent))
                .mapToInt(String::length)
                .max()
                .orElse(1);
        String line = text("  %-10s %-" + width + "s %12s %11s %9s", stage, name, records, rate, lag);
        return line.length() + GAP.length() + rest.length() <= WIDTH
                ? List.of((line + GAP + rest).stripTrailing())
                : List.of(line, INDENT + rest);
    }

    private static String count(long records) {
        return text("%,d", records);
    }

    private static String rate(OptionalDouble perSecond) {
        return perSecond.isPresent() ? rate(perSecond.getAsDouble()) : NONE;
    }

    private static String rate(double perSecond) {
        return text("%,.1f", perSecond);
    }

    private static String lag(StageStatus stage) {
        return count(stage.getLag());
    }

    private static String dead(StageStatus stage) {
        return stage.getDeadLetters() == 0 ? "" : text("%,d dead letters", stage.getDeadLetters());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
