// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command line that was executed.
 *
 * @param status its exit status
 * @param out what it printed
 * @param err its error messages
 */
public record CommandRun(int status, String out, String err) {

    /** All commands. */
    public static CommandLine commandLine() {
        return Wildstream.commandLine();
    }

    /** Executes a command line. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Wildstream.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int status = commandLine.execute(arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /** Parses a command line and returns the command with its options, which is not executed. */
    public static Object parse(String... arguments) {
        return Wildstream.commandLine()
                .parseArgs(arguments)
                .subcommand()
                .commandSpec()
                .userObject();
    }

    /** As {@link #parse}, for a command of a command. */
    public static Object parseNested(String... arguments) {
        return Wildstream.commandLine()
                .parseArgs(arguments)
                .subcommand()
                .subcommand()
                .commandSpec()
                .userObject();
    }
}
