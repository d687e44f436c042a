// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import io.wildstream.cli.session.HomeOptions;
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
public final class TeacherCommand implements Runnable {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: show or set");
    }
}
