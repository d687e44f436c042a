// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.cli.options.Require;
import io.wildstream.cluster.Json;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Stack;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --json} of every command that has a result, and where the result goes as JSON and as text. */
public final class JsonOption {

    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            preprocessor = Attached.class,
            description =
                    "The result as JSON: with =FILE into that file, beside the text; without, on standard output in"
                            + " place of the text (default: text alone).")
    @Nullable Path file;

    /**
     * Refuses a file that cannot be written, before the work begins.
     *
     * @throws picocli.CommandLine.ParameterException when its directory cannot be made or written to
     */
    public void check() {
        if (file() != null) {
            Require.writable(spec, "--json", Objects.requireNonNull(file));
        }
    }

    /** Whether JSON takes the place of the text. */
    public boolean replacesText() {
        return STANDARD_OUTPUT.equals(file);
    }

    /** The file that is named; null for none. */
    public @Nullable Path file() {
        return replacesText() ? null : file;
    }

    /** Where a command shows its progress: standard error when standard output is for JSON. */
    public Screen screen() {
        return Screen.of(
                replacesText()
                        ? spec.commandLine().getErr()
                        : spec.commandLine().getOut());
    }

    /** Shows a result: as text, or in its place or beside it as JSON. */
    public void show(Object result, Supplier<List<String>> text) {
        if (!replacesText()) {
            new Output(spec).lines(text.get());
        }
        write(result);
    }

    /** Shows a result whose file, where one is named, is written already. */
    public void showWritten(Object result, Supplier<List<String>> text) {
        Output out = new Output(spec);
        if (replacesText()) {
            out.line(json(result));
        } else {
            out.lines(text.get());
        }
    }

    /** Writes a result where JSON is wanted; nothing happens where it is not. */
    public void write(Object result) {
        if (replacesText()) {
            new Output(spec).line(json(result));
        } else if (file != null) {
            Json.writeText(file, json(result));
        }
    }

    private static String json(Object result) {
        if (!(result instanceof MessageOrBuilder message)) {
            return Json.text(result);
        }
        try {
            return JsonFormat.printer().print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message of the gateway holds an Any of unknown type", e);
        }
    }

    /** Takes a file only where it cannot be another argument: behind {@code =}, or when its name ends in {@code .json}. */
    static final class Attached implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> information) {
            boolean attached = "=".equals(information.get("separator"));
            boolean named =
                    attached || (!arguments.isEmpty() && arguments.peek().endsWith(".json"));
            if (!named) {
                arguments.push(STANDARD_OUTPUT.toString());
            }
            return false;
        }
    }
}
