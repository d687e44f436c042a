// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.cluster.Json;
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

    /** Prints a message of the gateway's API as JSON. */
    public void json(MessageOrBuilder message) {
        try {
            line(JsonFormat.printer().print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message of the gateway holds an Any of unknown type", e);
        }
    }

    /** Prints any other value as JSON. */
    public void json(Object value) {
        line(Json.text(value));
    }
}
