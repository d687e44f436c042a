// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.Header;
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
        description = "Shows one dead letter: why, where it came from, its headers and how its value begins.")
final class DlqShowCommand implements Callable<Integer> {

    private static final int DUMPED = 256;
    private static final int ROW = 16;
    private static final int LONGEST = 200;

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

    @Option(names = "--out", paramLabel = "FILE", description = "Save the value there, byte for byte.")
    @Nullable Path file;

    @Override
    public Integer call() {
        DeadLetter letter = parent.place().box().find(stage, offset);
        PrintWriter out = spec.commandLine().getOut();
        print(out, letter);
        byte[] value = letter.record().value();
        if (file != null && value != null) {
            save(file, value);
            out.println("saved       " + file);
        }
        out.flush();
        return 0;
    }

    static void print(PrintWriter out, DeadLetter letter) {
        byte[] value = letter.record().value();
        row(out, "reason", letter.reason());
        row(out, "detail", letter.detail());
        row(out, "original", letter.topic() + "/" + letter.partition() + "/" + letter.originalOffset());
        row(out, "written", Instant.ofEpochMilli(letter.record().timestamp()).toString());
        row(out, "key", text(letter.record().key()));
        row(out, "size", value == null ? "no value" : value.length + " bytes");
        if (value != null) {
            describe(out, letter.stage(), value);
        }
        for (Header header : letter.record().headers()) {
            if (!header.key().startsWith("wildstream_dlq_")) {
                row(out, "header", header.key() + " = " + text(header.value()));
            }
        }
        if (value != null) {
            dump(out, value);
        }
    }

    /** What the value says when it is what the topic should hold; often it is not. */
    private static void describe(PrintWriter out, Stage stage, byte[] value) {
        try {
            Sample sample = switch (stage) {
                case TEACHER -> Sample.parseFrom(value);
                case SELECTOR -> TeacherOutput.parseFrom(value).getSample();
                case TRAINER ->
                    CurriculumRecord.parseFrom(value)
                            .getSelected()
                            .getTeacherOutput()
                            .getSample();
            };
            row(out, "sample", sample.getId() + " from '" + sample.getSource() + "'");
            row(
                    out,
                    "content",
                    sample.getContentType() + ", " + sample.getPayload().size() + " bytes");
        } catch (InvalidProtocolBufferException e) {
            row(out, "content", "unreadable: " + e.getMessage());
        }
    }

    private static void row(PrintWriter out, String name, String text) {
        String plain = DlqCommand.printable(text);
        out.println("%-11s %s".formatted(name, plain.length() <= 1000 ? plain : plain.substring(0, 1000) + "..."));
    }

    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "(none)";
        }
        String text = new String(bytes, 0, Math.min(bytes.length, LONGEST), UTF_8);
        return bytes.length <= LONGEST ? text : text + "... (" + bytes.length + " bytes)";
    }

    private static void dump(PrintWriter out, byte[] value) {
        for (int row = 0; row < Math.min(value.length, DUMPED); row += ROW) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = row; i < Math.min(row + ROW, value.length); i++) {
                hex.append("%02x ".formatted(value[i]));
                text.append(value[i] >= ' ' && value[i] < 0x7f ? (char) value[i] : '.');
            }
            out.println("%08x  %-48s |%s|".formatted(row, hex, text));
        }
        if (value.length > DUMPED) {
            out.println("          ... " + (value.length - DUMPED) + " more bytes; --out FILE saves all");
        }
    }

    private static void save(Path file, byte[] value) {
        try {
            Files.write(file, value);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
