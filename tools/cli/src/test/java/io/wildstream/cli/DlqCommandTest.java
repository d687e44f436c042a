// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.Sample;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DlqCommandTest {

    private enum Reason {
        WRONG_SHAPE
    }

    @TempDir
    Path directory;

    private final StringWriter text = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final PrintWriter out = new PrintWriter(text, true);

    @Test
    void listsAsATableAndAsJson() throws Exception {
        // Given
        List<Group> groups = List.of(
                new Group(Stage.TEACHER, "wrong_shape", 1234, 7, 1_700_000_000_000L, 1240),
                new Group(Stage.SELECTOR, "bad\u001b[31m", 1, 0, 0, 3));

        // When
        DlqListCommand.print(out, groups, false);
        String table = text.toString();
        text.getBuffer().setLength(0);
        DlqListCommand.print(out, groups, true);
        JsonNode json = new ObjectMapper().readTree(text.toString());

        // Then
        assertThat(table.lines().toList().get(1)).matches("teacher +wrong_shape +1,234 +7 +2023-11-14T22:13:20Z 1240");
        assertThat(table).contains("bad?[31m").doesNotContain("\u001b");
        assertThat(json.get(0).get("count").asLong()).isEqualTo(1234);
        assertThat(json.get(0).get("newest").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(json).hasSize(2);
    }

    @Test
    void showsWhyWhereFromAndWhat() {
        // Given
        Sample sample = Sample.newBuilder()
                .setId("cat-7")
                .setSource("camera\u001b[2J")
                .setContentType("image/png")
                .setPayload(ByteString.copyFrom(new byte[300]))
                .build();
        var original = new ConsumerRecord<>("wildstream.samples", 2, 77, "cat-7".getBytes(UTF_8), sample.toByteArray());
        original.headers().add("traceparent", "00-1".getBytes(UTF_8));
        var sent =
                DeadLetters.of(new Topics("wildstream"), Stage.TEACHER, original, Reason.WRONG_SHAPE, "image is 3 x 3");
        var stored = new ConsumerRecord<>(sent.topic(), 0, 5, sent.key(), sent.value());
        sent.headers().forEach(stored.headers()::add);

        // When
        DlqShowCommand.print(out, new DeadLetter(Stage.TEACHER, stored));

        // Then
        assertThat(text.toString())
                .contains("reason      wrong_shape")
                .contains("detail      image is 3 x 3")
                .contains("original    wildstream.samples/2/77")
                .contains("key         cat-7")
                .contains("sample      cat-7 from 'camera?[2J'")
                .contains("content     image/png, 300 bytes")
                .contains("header      traceparent = 00-1")
                .contains("00000000  0a 05 63 61 74 2d 37 ")
                .contains("|..cat-7.")
                .contains("more bytes; --out FILE saves all")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"y,true", "YES,true", "n,false", "'',false", "yy,false"})
    void sendsOnlyWhenToldTo(String answer, boolean confirmed) throws Exception {
        assertThat(DlqReplayCommand.confirmed(out, new ByteArrayInputStream((answer + "\n").getBytes(UTF_8))))
                .isEqualTo(confirmed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7-3", "1-2-3", "-1"})
    void refusesARangeThatIsNone(String range) {
        assertThat(run("dlq", "replay", "teacher", "--offset=" + range)).isEqualTo(2);
        assertThat(err.toString()).contains("is no range of offsets; write 3-7 or 12");
    }

    @Test
    void saysWhichCommandIsMissingAndWhenNoClusterRuns() {
        assertThat(run("dlq")).isEqualTo(2);
        assertThat(run("dlq", "show", "gateway", "1")).isEqualTo(2);
        assertThat(run("dlq", "list", "--home", directory.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("Missing command: list, show or replay")
                .contains("no cluster runs in " + directory);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Wildstream.commandLine();
        commandLine.setOut(out);
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
