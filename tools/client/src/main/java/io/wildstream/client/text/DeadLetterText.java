// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static io.wildstream.client.text.TerminalText.printable;
import static io.wildstream.client.text.TerminalText.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Dead letters as text. Whoever may write to their topic may write anything: nothing of it controls the terminal. */
public final class DeadLetterText {

    private static final String TABLE_ROW = "%-10s %-26s %10s %10s  %-20s %s";
    private static final String LETTER_ROW = "%-10s %10s %-26s %s";
    private static final int DUMPED = 256;
    private static final int ROW = 16;
    private static final int LONGEST = 200;
    private static final int LONGEST_ROW = 1000;

    private DeadLetterText() {}

    /** A table with a row for each stage and reason. */
    public static List<String> table(List<Group> groups) {
        if (groups.isEmpty()) {
            return List.of("no dead letters");
        }
        List<String> lines = new ArrayList<>();
        lines.add(TABLE_ROW.formatted("stage", "reason", "count", "resent", "newest original", "last offset"));
        groups.forEach(group -> lines.add(TABLE_ROW.formatted(
                group.stage().label(),
                printable(group.reason()),
                text("%,d", group.count()),
                text("%,d", group.resent()),
                time(group),
                group.lastOffset())));
        return lines;
    }

    /** One row of the table as the fields of a JSON object. */
    public static Map<String, Object> fields(Group group) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("stage", group.stage().label());
        fields.put("reason", group.reason());
        fields.put("count", group.count());
        fields.put("replayed", group.resent());
        fields.put("newest", time(group));
        fields.put("last_offset", group.lastOffset());
        return fields;
    }

    /** A line for each of some dead letters, given by their fields: which record it was, and why it was refused. */
    public static List<String> letters(List<Map<String, Object>> letters) {
        if (letters.isEmpty()) {
            return List.of("no such dead letters");
        }
        List<String> lines = new ArrayList<>();
        lines.add(LETTER_ROW.formatted("stage", "offset", "reason", "sample: detail"));
        letters.forEach(letter -> lines.add(LETTER_ROW.formatted(
                letter.get("stage"),
                letter.get("offset"),
                printable(String.valueOf(letter.get("reason"))),
                limited(printable(letter.get("sample") + ": " + letter.get("detail"))))));
        return lines;
    }

    /** One of them as the fields of a JSON object. */
    public static Map<String, Object> fields(DeadLetter letter) {
        byte[] value = letter.record().value();
        Sample sample = sample(letter).orElse(Sample.getDefaultInstance());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("stage", letter.stage().label());
        fields.put("offset", letter.offset());
        fields.put("reason", letter.reason());
        fields.put("detail", letter.detail());
        fields.put("sample", name(letter));
        fields.put("source", sample.getSource());
        fields.put("content_type", sample.getContentType());
        fields.put("bytes", value == null ? 0 : value.length);
        fields.put("original", original(letter));
        return fields;
    }

    /** The sample's id where the record holds one, else where the record came from. */
    private static String name(DeadLetter letter) {
        return sample(letter).map(Sample::getId).filter(id -> !id.isEmpty()).orElseGet(() -> original(letter));
    }

    private static String original(DeadLetter letter) {
        return letter.topic() + "/" + letter.partition() + "/" + letter.originalOffset();
    }

    private static Optional<Sample> sample(DeadLetter letter) {
        byte[] value = letter.record().value();
        try {
            return value == null ? Optional.empty() : Optional.of(sample(letter.stage(), value));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static String time(Group group) {
        return Instant.ofEpochMilli(group.newest())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /**
     * Everything about one dead letter: the reason, where it came from, its headers and how its value begins.
     *
     * @param samples finds the sample of an output that goes without it
     */
    public static List<String> details(DeadLetter letter, Function<TeacherOutput, Optional<Sample>> samples) {
        List<String> lines = new ArrayList<>();
        byte[] value = letter.record().value();
        row(lines, "reason", letter.reason());
        row(lines, "detail", letter.detail());
        row(lines, "original", original(letter));
        row(lines, "written", Instant.ofEpochMilli(letter.record().timestamp()).toString());
        row(lines, "key", decoded(letter.record().key()));
        row(lines, "size", value == null ? "no value" : value.length + " bytes");
        if (value != null) {
            describe(lines, letter, value, samples);
        }
        for (Header header : letter.record().headers()) {
            if (!header.key().startsWith("wildstream_dlq_")) {
                row(lines, "header", header.key() + " = " + decoded(header.value()));
            }
        }
        if (value != null) {
            dump(lines, value);
        }
        return lines;
    }

    /** What the value holds when it is what the topic should hold; often it is not. */
    private static void describe(
            List<String> lines, DeadLetter letter, byte[] value, Function<TeacherOutput, Optional<Sample>> samples) {
        try {
            Sample sample = sample(letter.stage(), value);
            row(lines, "sample", sample.getId() + " from '" + sample.getSource() + "'");
            if (sample.hasReference()) {
                row(lines, "reference", sample.getReference().getAddress());
            }
            Optional<TeacherOutput> light = letter.withoutSample();
            if (light.isPresent()) {
                row(
                        lines,
                        "content",
                        samples.apply(light.get())
                                .map(DeadLetterText::content)
                                .map(content -> content + ", in samples at " + position(light.get()))
                                .orElseGet(() -> "no longer in samples at " + position(light.get())
                                        + ": this letter cannot be sent again"));
            } else {
                row(lines, "content", content(sample));
            }
        } catch (InvalidProtocolBufferException e) {
            row(lines, "content", "unreadable: " + e.getMessage());
        }
    }

    private static String content(Sample sample) {
        return sample.getContentType() + ", " + sample.getPayload().size() + " bytes";
    }

    private static String position(TeacherOutput output) {
        return output.getPosition().getPartition() + "/" + output.getPosition().getOffset();
    }

    private static Sample sample(Stage stage, byte[] value) throws InvalidProtocolBufferException {
        return switch (stage) {
            case TEACHER -> Sample.parseFrom(value);
            case SELECTOR -> sample(TeacherOutput.parseFrom(value));
            case TRAINER ->
                CurriculumRecord.parseFrom(value)
                        .getSelected()
                        .getTeacherOutput()
                        .getSample();
        };
    }

    private static Sample sample(TeacherOutput output) {
        return output.hasHead()
                ? Sample.newBuilder()
                        .setId(output.getHead().getId())
                        .setSource(output.getHead().getSource())
                        .build()
                : output.getSample();
    }

    private static void row(List<String> lines, String name, String text) {
        lines.add("%-11s %s".formatted(name, limited(printable(text))));
    }

    private static String limited(String text) {
        return text.length() <= LONGEST_ROW ? text : text.substring(0, LONGEST_ROW) + "...";
    }

    private static String decoded(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "(none)";
        }
        String text = new String(bytes, 0, Math.min(bytes.length, LONGEST), UTF_8);
        return bytes.length <= LONGEST ? text : text + "... (" + bytes.length + " bytes)";
    }

    private static void dump(List<String> lines, byte[] value) {
        for (int row = 0; row < Math.min(value.length, DUMPED); row += ROW) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = row; i < Math.min(row + ROW, value.length); i++) {
                hex.append("%02x ".formatted(value[i]));
                text.append(value[i] >= ' ' && value[i] < 0x7f ? (char) value[i] : '.');
            }
            lines.add("%08x  %-48s |%s|".formatted(row, hex, text));
        }
        if (value.length > DUMPED) {
            lines.add("          ... " + (value.length - DUMPED) + " more bytes; --out FILE saves all");
        }
    }
}
