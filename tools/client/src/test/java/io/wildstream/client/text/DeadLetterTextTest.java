// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTextTest {

    private enum Reason {
        WRONG_SHAPE
    }

    @Test
    void listsAsATableAndAsFields() {
        // Given
        List<Group> groups = List.of(
                new Group(Stage.TEACHER, "wrong_shape", 1234, 7, 1_700_000_000_000L, 1240),
                new Group(Stage.SELECTOR, "bad\u001b[31m", 1, 0, 0, 3));

        // When
        List<String> table = DeadLetterText.table(groups);
        List<Map<String, Object>> fields =
                groups.stream().map(DeadLetterText::fields).toList();

        // Then
        assertThat(table.get(1)).matches("teacher +wrong_shape +1,234 +7 +2023-11-14T22:13:20Z 1240");
        assertThat(table.get(2)).contains("bad?[31m").doesNotContain("\u001b");
        assertThat(fields).hasSize(2);
        assertThat(fields.get(0))
                .containsExactly(
                        Map.entry("stage", "teacher"),
                        Map.entry("reason", "wrong_shape"),
                        Map.entry("count", 1234L),
                        Map.entry("replayed", 7L),
                        Map.entry("newest", "2023-11-14T22:13:20Z"),
                        Map.entry("last_offset", 1240L));
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
        String text = String.join(
                "\n", DeadLetterText.details(new DeadLetter(Stage.TEACHER, stored), output -> Optional.empty()));

        // Then
        assertThat(text)
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

    @Test
    void showsTheSampleOfAnOutputThatGoesWithoutItAsFarAsItIsKept() {
        // Given
        TeacherOutput.Builder output = TeacherOutput.newBuilder();
        output.getHeadBuilder().setId("cat-7").setSource("camera");
        output.getPositionBuilder().setPartition(2).setOffset(77);
        var stored = new ConsumerRecord<>(
                "wildstream.selector-dlq",
                0,
                5,
                "cat-7".getBytes(UTF_8),
                output.build().toByteArray());
        DeadLetter letter = new DeadLetter(Stage.SELECTOR, stored);
        Sample sample = Sample.newBuilder()
                .setContentType("image/png")
                .setPayload(ByteString.copyFrom(new byte[300]))
                .build();

        // When
        String kept = String.join("\n", DeadLetterText.details(letter, one -> Optional.of(sample)));
        String gone = String.join("\n", DeadLetterText.details(letter, one -> Optional.empty()));

        // Then
        assertThat(kept)
                .contains("sample      cat-7 from 'camera'")
                .contains("content     image/png, 300 bytes, in samples at 2/77");
        assertThat(gone).contains("content     no longer in samples at 2/77: this letter cannot be sent again");
    }

    @Test
    void listsWhichSampleWasRefusedAndWhy() {
        // Given
        Sample sample = Sample.newBuilder()
                .setId("photos/cat\n7.jpg")
                .setSource("photos")
                .setContentType("image/jpeg")
                .build();
        List<DeadLetter> letters = List.of(letter(sample.toByteArray()), letter(new byte[] {1, 2, 3}), letter(null));

        // When
        List<Map<String, Object>> fields =
                letters.stream().map(DeadLetterText::fields).toList();
        List<String> lines = DeadLetterText.letters(fields);

        // Then
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).matches("teacher +5 wrong_shape +photos/cat\\?7.jpg: image is 3 x 3");
        assertThat(lines.subList(2, 4))
                .allSatisfy(line ->
                        assertThat(line).matches("teacher +5 wrong_shape +wildstream.samples/2/77: image is 3 x 3"));
        assertThat(fields.get(0))
                .containsEntry("sample", "photos/cat\n7.jpg")
                .containsEntry("content_type", "image/jpeg")
                .containsEntry("original", "wildstream.samples/2/77");
        assertThat(fields.get(2)).containsEntry("bytes", 0).containsEntry("content_type", "");
    }

    private static DeadLetter letter(byte @Nullable [] value) {
        var original = new ConsumerRecord<>("wildstream.samples", 2, 77, "cat-7".getBytes(UTF_8), new byte[0]);
        var sent =
                DeadLetters.of(new Topics("wildstream"), Stage.TEACHER, original, Reason.WRONG_SHAPE, "image is 3 x 3");
        var stored = new ConsumerRecord<>(sent.topic(), 0, 5, sent.key(), value);
        sent.headers().forEach(stored.headers()::add);
        return new DeadLetter(Stage.TEACHER, stored);
    }

    @Test
    void saysThatThereAreNone() {
        assertThat(DeadLetterText.table(List.of())).containsExactly("no dead letters");
        assertThat(DeadLetterText.letters(List.of())).containsExactly("no such dead letters");
    }
}
