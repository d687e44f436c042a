// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A pipeline's status as text.
 *
 * @param status what the gateway says
 * @param total samples that will be fed; 0 when unknown
 * @param elapsed since the feeding began
 */
public record Progress(PipelineStatus status, long total, Duration elapsed) {

    private static final int BAR = 24;
    /** Rates over less time say nothing. */
    private static final Duration FIRST_RATE = Duration.ofSeconds(2);

    /** The block for a terminal. */
    public List<String> block() {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "  ingested  %s%s   %,.0f/s",
                bar(status.getIngest().getRecords(), total),
                of(status.getIngest().getRecords(), total),
                status.getIngest().getRecordsPerSecond()));
        lines.add(text("  teacher   %s%s%s", bar(scored(status), total), of(scored(status), total), dead()));
        for (CurriculumStatus curriculum : curricula()) {
            double kept = keptShare(status, curriculum.getName());
            lines.add(text("  selected  %-12s %,d", curriculum.getName(), curriculum.getRecords())
                    + (Double.isNaN(kept) ? "" : text(" (%.1f %%)", 100 * kept)));
        }
        for (StudentStatus student : students()) {
            lines.add(text(
                    "  student   %-12s %s%s%s",
                    student.getStudent(), bar(student.getStep(), student.getMaxSteps()), step(student), done(student)));
            lines.add("           " + learned(student));
        }
        if (!elapsed.isZero()) {
            lines.add(text("  elapsed %s   left %s", clock(elapsed), left()));
        }
        return lines;
    }

    /** All of it in one line. */
    public String line() {
        String chosen = curricula().stream()
                .map(curriculum -> text("%s %,d", curriculum.getName(), curriculum.getRecords()))
                .collect(Collectors.joining(", "));
        String learned = students().stream()
                .map(student -> student.getStudent() + ": " + numbers(student))
                .collect(Collectors.joining("; "));
        return text(
                "[%s] ingested %s, teacher %s%s, selected %s; %s; left %s",
                clock(elapsed),
                of(status.getIngest().getRecords(), total),
                of(scored(status), total),
                dead(),
                chosen.isEmpty() ? "-" : chosen,
                learned.isEmpty() ? "no student" : learned,
                left());
    }

    /** Whether each of these students has made its last step and committed it. */
    public boolean finished(Collection<String> students) {
        return students.stream().allMatch(this::finished);
    }

    private boolean finished(String name) {
        List<StudentStatus> reported = status.getStudentsList().stream()
                .filter(student -> student.getStudent().equals(name))
                .toList();
        return !reported.isEmpty()
                && reported.stream()
                        .allMatch(student -> student.getState() == StudentState.STUDENT_STATE_FINISHED
                                && student.getCheckpointStep() == student.getStep());
    }

    /**
     * Time until all samples are scored and the slowest student is done, as the shares so far suggest. What has not begun says nothing yet.
     * Zero while nothing can be said.
     */
    Duration remaining() {
        double scored = share(scored(status), total);
        double least = DoubleStream.concat(
                        DoubleStream.of(scored),
                        status.getStudentsList().stream().mapToDouble(Progress::stepShare))
                .filter(share -> share > 0)
                .min()
                .orElse(0);
        if (least == 0 || elapsed.compareTo(FIRST_RATE) < 0) {
            return Duration.ZERO;
        }
        return Duration.ofMillis(Math.round(elapsed.toMillis() * (1 - least) / least));
    }

    private String left() {
        Duration remaining = remaining();
        return remaining.isZero() ? "-" : clock(remaining);
    }

    private List<CurriculumStatus> curricula() {
        return status.getCurriculaList().stream()
                .sorted(Comparator.comparing(CurriculumStatus::getName))
                .toList();
    }

    private List<StudentStatus> students() {
        return status.getStudentsList().stream()
                .sorted(Comparator.comparing(StudentStatus::getStudent))
                .toList();
    }

    /** Samples that a teacher has read, those that became dead letters too. */
    static long scored(PipelineStatus status) {
        return Math.max(0, status.getIngest().getRecords() - status.getTeacher().getLag());
    }

    /** The share of the samples that was kept for a curriculum, as the selectors have counted since their start; NaN before the first. */
    static double keptShare(PipelineStatus status, String curriculum) {
        long kept = 0;
        long decided = 0;
        for (InstanceStatus instance : status.getInstancesList()) {
            for (SelectorStatus.Curriculum counted : instance.getSelector().getCurriculaList()) {
                if (counted.getName().equals(curriculum)) {
                    kept += counted.getKept();
                    decided += counted.getKept() + counted.getNotKept();
                }
            }
        }
        return decided == 0 ? Double.NaN : kept / (double) decided;
    }

    private String dead() {
        long dead = status.getTeacher().getDeadLetters() + status.getSelector().getDeadLetters();
        return dead == 0 ? "" : text(" (%,d dead letters)", dead);
    }

    private static String numbers(StudentStatus student) {
        return step(student) + learned(student) + done(student);
    }

    private static String learned(StudentStatus student) {
        return text(" trained %,d", student.getTrained()) + quality(student);
    }

    private static String done(StudentStatus student) {
        return student.getState() == StudentState.STUDENT_STATE_FINISHED ? " done" : "";
    }

    /** How far a student is. */
    static String step(StudentStatus student) {
        String of = student.getMaxSteps() > 0 ? text("/%,d", student.getMaxSteps()) : "";
        return text("step %,d", student.getStep()) + of;
    }

    /** How good a student is, as far as its trainer says so; begins with a space when it is not empty. */
    static String quality(StudentStatus student) {
        StringBuilder text = new StringBuilder();
        if (student.getLossesMap().containsKey("total")) {
            text.append(text(" loss %.3f", student.getLossesOrThrow("total")));
        }
        if (student.getTrained() > 0) {
            text.append(text(" agreement %.1f %%", 100 * student.getAgreement()));
        }
        if (student.hasHoldoutAccuracy()) {
            text.append(text(" accuracy %.1f %%", 100 * student.getHoldoutAccuracy()));
        }
        return text.toString();
    }

    private static double stepShare(StudentStatus student) {
        return share(student.getStep(), student.getMaxSteps());
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : Math.min(1, part / (double) whole);
    }

    private static String of(long part, long whole) {
        // The stages count the end markers too.
        return whole == 0 ? text("%,d", part) : text("%,d/%,d", Math.min(part, whole), whole);
    }

    /** A bar and a space; nothing when the whole is unknown. */
    private static String bar(long part, long whole) {
        if (whole == 0) {
            return "";
        }
        int full = (int) Math.floor(share(part, whole) * BAR);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "] ";
    }

    /** Minutes and seconds. */
    public static String clock(Duration time) {
        return text("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
