// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.Output;
import io.wildstream.client.ClientException;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.StoredSamples;
import io.wildstream.client.text.DeadLetterText;
import io.wildstream.contracts.Topics.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq show}: one dead letter. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one dead letter: the reason, its origin, its headers and the beginning of its value.")
public final class DlqShowCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    DlqCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "STAGE", description = "One of ${COMPLETION-CANDIDATES}.")
    Stage stage = Stage.TEACHER;

    @Parameters(
            index = "1",
            paramLabel = "OFFSET",
            description = "Offset of the dead letter; 'dlq list' shows the last.")
    long offset;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Save the value there, byte for byte (default: it is not saved).")
    @Nullable Path file;

    @Override
    public Integer call() {
        if (file != null) {
            Require.writable(spec, "--out", file);
        }
        DlqCommand.Place place = parent.place();
        DeadLetter letter = place.box().find(stage, offset);
        Output out = new Output(spec);
        try (StoredSamples samples = new StoredSamples(place.kafka(), place.topics())) {
            out.lines(DeadLetterText.details(letter, samples::find));
        }
        byte[] value = letter.record().value();
        if (file != null && value != null) {
            save(file, value);
            out.line("saved       " + file);
        }
        return 0;
    }

    private static void save(Path file, byte[] value) {
        try {
            Files.write(file, value);
        } catch (IOException e) {
            throw new ClientException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
