// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** The standard output of a command; every call leaves whole lines behind. Numbers are formatted alike in every locale. */
public final class Output {

    private final PrintWriter out;

    /** The output that a command was given. */
    public Output(CommandSpec spec) {
        this.out = spec.commandLine().getOut();
    }

    /** Prints one line. */
    public void line(String line) {
        out.println(line);
        out.flush();
    }

    /** Prints one line made from a format. */
    public void format(String format, Object... values) {
        line(String.format(Locale.ROOT, format, values));
    }

    /** Prints lines. */
    public void lines(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }
}
