// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static io.wildstream.client.text.TerminalText.printable;
import static io.wildstream.client.text.TerminalText.shortDigest;

import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherSpec;
import java.util.ArrayList;
import java.util.List;

/** The teacher as a table: the requested model, the model of each instance, and what is wrong. */
public final class TeacherText {

    private static final String ROW = "%-14s %-24s %-14s %10s  %s";

    private TeacherText() {}

    /** The lines of the table. */
    public static List<String> lines(Teacher teacher) {
        List<String> lines = new ArrayList<>();
        lines.add("asked for: " + requested(teacher));
        lines.add(ROW.formatted("instance", "model", "digest", "generation", "sends"));
        teacher.getInstancesList().forEach(instance -> lines.add(row(instance)));
        lines.add(
                teacher.getInstancesCount() == 0
                        ? "no teacher is alive: the next one to start loads it"
                        : teacher.getAnswering() + " of " + teacher.getInstancesCount()
                                + " live instances answer with it");
        teacher.getProblemsList().forEach(problem -> lines.add("problem: " + printable(problem)));
        return lines;
    }

    private static String requested(Teacher teacher) {
        TeacherSpec spec = teacher.getSpec();
        return (spec.getModel().isEmpty() ? "the configured model (wildstream.teacher.model)" : spec.getModel())
                + (spec.getOmitFeatures() ? " without features" : "")
                + ", generation " + teacher.getGeneration();
    }

    private static String row(Teacher.Instance instance) {
        if (!instance.hasTeacher()) {
            return ROW.formatted(printable(instance.getInstance()), "none", "", "", "")
                    .stripTrailing();
        }
        return ROW.formatted(
                printable(instance.getInstance()),
                instance.getTeacher().getName(),
                shortDigest(instance.getTeacher().getDigest()),
                instance.getTeacher().getGeneration(),
                instance.getOmitsFeatures() ? "norms" : "features");
    }
}
