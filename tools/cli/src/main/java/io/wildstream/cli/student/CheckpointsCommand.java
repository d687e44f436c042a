// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import io.wildstream.cli.session.HomeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream checkpoints}: the committed states of a student. */
@Command(
        name = "checkpoints",
        subcommands = CheckpointsListCommand.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checkpoints of a student of the running cluster.")
public final class CheckpointsCommand implements Runnable {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list");
    }
}
