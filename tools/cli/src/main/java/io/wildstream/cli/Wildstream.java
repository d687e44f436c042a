// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.ClientException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The root of all commands: what they share, and how they fail. */
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
            "0:all went well",
            "1:it failed; the message says why, or chaos' table does",
            "2:a wrong option or argument",
            "3:the counts of the report do not hold"
        })
public final class Wildstream {

    /** Exit status when the counts of a report do not hold. */
    static final int UNSOUND = 3;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory of logs, teachers and data (default: .wildstream in the working directory).")
    @Nullable Path home;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the cause of a failure in full.")
    boolean verbose;

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
        commandLine.setUsageHelpWidth(100);
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setAbbreviatedOptionsAllowed(false);
        return commandLine;
    }

    /** One line that says what is wrong, and where help is. */
    private static int refuse(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("error: " + failure.getMessage());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        command.getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The directory that a command looks at. */
    Home home() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        return namedHome();
    }

    /** The directory that a command starts processes in; its logs take what this program logs. */
    Home workingHome() {
        Home found = namedHome();
        logTo(found.logs());
        return found;
    }

    private Home namedHome() {
        return new Home(home == null ? Path.of(Home.DEFAULT_NAME) : home);
    }

    private static void logTo(Path logs) {
        String key = "org.slf4j.simpleLogger.logFile";
        if (System.getProperty(key) != null) {
            return;
        }
        try {
            Files.createDirectories(logs);
        } catch (java.io.IOException e) {
            throw new ClusterException("the directory " + logs + " cannot be made: " + e.getMessage(), e);
        }
        System.setProperty(key, logs.resolve("launcher.log").toString());
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.slf4j.simpleLogger.log.io.wildstream", "info");
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
            if (root.verbose) {
                failure.printStackTrace(err);
            } else if (!expected) {
                err.println("(--verbose shows where it happened)");
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
