// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherSpec;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream teacher}: which model answers the stream. */
@Command(
        name = "teacher",
        subcommands = {TeacherShowCommand.class, TeacherSetCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The teacher of the running cluster.")
final class TeacherCommand implements Runnable {

    private static final String ROW = "%-14s %-24s %-14s %10s  %s";
    private static final int SHORT_DIGEST = 12;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: show or set");
    }

    /** What was asked for, what each instance answers with, and what is wrong. */
    static void print(PrintWriter out, Teacher teacher) {
        out.println("asked for: " + asked(teacher));
        out.println(ROW.formatted("instance", "model", "digest", "generation", "sends"));
        teacher.getInstancesList().forEach(instance -> out.println(row(instance)));
        out.println(
                teacher.getInstancesCount() == 0
                        ? "no teacher lives: the next one to start takes it up"
                        : teacher.getAnswering() + " of " + teacher.getInstancesCount()
                                + " live instances answer with it");
        teacher.getProblemsList().forEach(problem -> out.println("problem: " + DlqCommand.printable(problem)));
        out.flush();
    }

    private static String asked(Teacher teacher) {
        TeacherSpec asked = teacher.getSpec();
        return (asked.getModel().isEmpty() ? "the configured model (wildstream.teacher.model)" : asked.getModel())
                + (asked.getOmitFeatures() ? " without features" : "")
                + ", generation " + teacher.getGeneration();
    }

    private static String row(Teacher.Instance instance) {
        if (!instance.hasTeacher()) {
            return ROW.formatted(instance.getInstance(), "none", "", "", "").stripTrailing();
        }
        String digest = instance.getTeacher().getDigest();
        return ROW.formatted(
                instance.getInstance(),
                instance.getTeacher().getName(),
                digest.substring(0, Math.min(SHORT_DIGEST, digest.length())),
                instance.getTeacher().getGeneration(),
                instance.getOmitsFeatures() ? "norms" : "features");
    }
}
