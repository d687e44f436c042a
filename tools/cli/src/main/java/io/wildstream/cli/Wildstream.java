// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.cli.cluster.DownCommand;
import io.wildstream.cli.cluster.FeedCommand;
import io.wildstream.cli.cluster.StatusCommand;
import io.wildstream.cli.cluster.UpCommand;
import io.wildstream.cli.deadletters.DlqCommand;
import io.wildstream.cli.lab.AcceptanceCommand;
import io.wildstream.cli.lab.BenchCommand;
import io.wildstream.cli.lab.ChaosCommand;
import io.wildstream.cli.lab.CondenseCommand;
import io.wildstream.cli.lab.DemoCommand;
import io.wildstream.cli.lab.ExperimentCommand;
import io.wildstream.cli.lab.SoakCommand;
import io.wildstream.cli.session.GroupedHelp;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.Shutdown;
import io.wildstream.cli.student.CheckpointsCommand;
import io.wildstream.cli.student.ReplayCommand;
import io.wildstream.cli.student.RollbackCommand;
import io.wildstream.cli.student.WhyCommand;
import io.wildstream.cli.teacher.TeacherCommand;
import io.wildstream.client.ClientException;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The root of all commands: their list, and how they report failures. */
@Command(
        name = "wildstream",
        description = "Distils a small network from a large one, from an endless stream, on this machine.",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            FeedCommand.class,
            BenchCommand.class,
            ChaosCommand.class,
            ReplayCommand.class,
            TeacherCommand.class,
            CheckpointsCommand.class,
            RollbackCommand.class,
            WhyCommand.class,
            SoakCommand.class,
            ExperimentCommand.class,
            CondenseCommand.class,
            DlqCommand.class,
            AcceptanceCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Wildstream.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:success",
            "1:failure; the message, or the table of chaos, says why",
            "2:a wrong option or argument: its name, its value, or what it names",
            "3:the counts of the report do not hold"
        })
public final class Wildstream extends HomeOptions {

    /** Runs a command line; returns the exit status. */
    public static int execute(String[] arguments) {
        return commandLine().execute(arguments);
    }

    /** The command line, for tests too. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Wildstream());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(new Failure());
        commandLine.setParameterExceptionHandler(Wildstream::refuse);
        commandLine.setHelpFactory(GroupedHelp::new);
        commandLine.setUsageHelpWidth(GroupedHelp.WIDTH);
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setAbbreviatedOptionsAllowed(false);
        return commandLine;
    }

    /** One line with the error and one that names the help. */
    private static int refuse(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("error: " + failure.getMessage());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        command.getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The version of this build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Wildstream.class.getPackage().getImplementationVersion();
            return new String[] {"wildstream " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** Turns an exception into one clear line. */
    private static final class Failure implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
            Shutdown.awaitWhenUnderWay();
            PrintWriter err = commandLine.getErr();
            Wildstream root = commandLine.getCommandSpec().root().userObject() instanceof Wildstream found
                    ? found
                    : new Wildstream();
            boolean expected = failure instanceof ClusterException || failure instanceof ClientException;
            err.println("error: " + (expected ? failure.getMessage() : failure.toString()));
            if (root.isVerbose()) {
                failure.printStackTrace(err);
            } else if (!expected) {
                err.println("(--verbose shows where it happened)");
            }
            err.flush();
            return failure instanceof ArgumentException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        }
    }
}
