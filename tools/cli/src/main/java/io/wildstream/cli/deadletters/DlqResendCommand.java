// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.options.Offsets;
import io.wildstream.cli.options.OffsetsConverter;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.DeadLetterResend;
import io.wildstream.contracts.Topics.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq resend}: sends the originals of dead letters again. */
@Command(
        name = "resend",
        aliases = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Sends the originals of dead letters again, byte for byte, to the topic and partition that they "
                    + "came from, once each.",
            "A sample that is sent again is a new record with the header wildstream_replay_of. Do it when "
                    + "the cause is gone (another teacher, a larger limit), and before the stream has ended."
        })
public final class DlqResendCommand implements Callable<Integer> {

    private static final int LONGEST_ANSWER = 16;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    DlqCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STAGE", description = "teacher or selector.")
    Stage stage = Stage.TEACHER;

    @Option(
            names = "--offset",
            paramLabel = "A-B",
            converter = OffsetsConverter.class,
            description = "Only these dead letters: offsets A to B, or one offset (default: all).")
    Offsets range = Offsets.ALL;

    @Option(
            names = "--reason",
            paramLabel = "CODE",
            description = "Only those with this reason, as 'dlq list' shows it (default: any).")
    @Nullable String reason;

    @Option(names = "--again", description = "Include those that were sent before; only for the teacher.")
    boolean again;

    @Option(names = "--yes", description = "Do not ask for confirmation.")
    boolean yes;

    @Override
    public Integer call() throws IOException {
        DlqCommand.Place place = parent.place();
        try (DeadLetterResend resend = new DeadLetterResend(place.kafka(), place.topics(), stage)) {
            DeadLetterResend.Selection selection = resend.select(this::wanted, again);
            PrintWriter out = spec.commandLine().getOut();
            int count = selection.letters().size();
            out.println(String.format(
                    Locale.ROOT,
                    "%,d dead letters of the %s to %s%s%s%s",
                    count,
                    stage.label(),
                    DeadLetterResend.target(place.topics(), stage),
                    left(selection.sentBefore(), "sent before" + (stage == Stage.TEACHER ? " (--again)" : "")),
                    left(selection.withoutOriginal(), "without their original"),
                    left(selection.withoutSample(), "their samples are no longer kept")));
            if (count > 0 && !confirmed(out)) {
                out.println("nothing was sent");
                out.flush();
                return 1;
            }
            out.println(String.format(Locale.ROOT, "%,d sent", resend.send(selection)));
            out.flush();
            return 0;
        }
    }

    private boolean wanted(DeadLetter letter) {
        return range.contains(letter.offset()) && (reason == null || reason.equals(letter.reason()));
    }

    private static String left(long count, String why) {
        return count == 0 ? "" : String.format(Locale.ROOT, ", %,d left out: %s", count, why);
    }

    private boolean confirmed(PrintWriter out) throws IOException {
        return yes || confirmed(out, System.in);
    }

    static boolean confirmed(PrintWriter out, InputStream in) throws IOException {
        out.print("send them? [y/N] ");
        out.flush();
        StringBuilder answer = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n' && answer.length() < LONGEST_ANSWER) {
            answer.append((char) next);
            next = in.read();
        }
        String given = answer.toString().strip();
        return given.equalsIgnoreCase("y") || given.equalsIgnoreCase("yes");
    }
}
