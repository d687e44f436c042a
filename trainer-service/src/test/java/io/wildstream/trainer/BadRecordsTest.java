// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.trainer.checkpoint.LearningState;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad records of a curriculum through a real trainer, a good one between any two; and state files that no student could go on from. */
@UsesBroker
class BadRecordsTest {

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(BadRecordsTest.class);

    @Test
    void everyBadRecordIsADeadLetterWithItsReasonAndEveryGoodOneIsLearned() {
        // Given
        Map<String, byte[]> bad = badRecords();
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setMaxSteps(5)));
        bad.values().forEach(value -> {
            curriculum.write(curriculum.samples(1));
            curriculum.writeBytes(value);
        });
        curriculum.write(TestCurriculum.end(0, 1));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(directory.resolve("learn")))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(bad.size());
        List<ConsumerRecord<byte[], byte[]>> letters = TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER));
        assertThat(letters).hasSameSizeAs(bad.keySet());
        List<String> names = List.copyOf(bad.keySet());
        for (int i = 0; i < names.size(); i++) {
            ConsumerRecord<byte[], byte[]> letter = letters.get(i);
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON))
                    .as(names.get(i))
                    .isEqualTo(names.get(i).replaceAll(":.*", ""));
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL)).isNotBlank();
            assertThat(letter.value()).isEqualTo(bad.get(names.get(i)));
        }
    }

    @Test
    void picturesOfAnySizeAreGoodWhereTheSpecSaysWhatBecomesOfThem() throws IOException {
        // Given
        curriculum.write(
                TestCurriculum.change(
                        TestCurriculum.spec(1)
                                .setMaxSteps(5)
                                .setPreprocessing(
                                        "{\"colour\": \"L\", \"resize\": {\"mode\": \"exact\", \"size\": [28, 28], \"interpolation\": \"box\"}}")));
        for (int side = 5; side < 10; side++) {
            SelectedSample.Builder picture = curriculum.selected(side);
            picture.getTeacherOutputBuilder()
                    .setDecoder(SampleDecoder.VERSION)
                    .getSampleBuilder()
                    .setContentType("image/png")
                    .setPayload(ByteString.copyFrom(png(10 * side, side)));
            curriculum.write(CurriculumRecord.newBuilder().setSelected(picture).build());
        }
        curriculum.write(TestCurriculum.end(0, 1));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(directory.resolve("pictures")))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(5);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .isEmpty();
    }

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    @Test
    void endMarkersThatContradictTheStreamAreDeadLettersAndTheStudentEnds() {
        // Given
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(curriculum.topics.stream(curriculum.topics.samples(), 2)));
        }
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setMaxSteps(5)));
        curriculum.write(curriculum.samples(3));
        curriculum.write(
                TestCurriculum.end(0, Integer.MAX_VALUE),
                TestCurriculum.end(1, 3),
                TestCurriculum.end(0, 2),
                TestCurriculum.end(0, 1),
                TestCurriculum.end(1, 3));
        curriculum.write(curriculum.samples(3));
        curriculum.write(TestCurriculum.end(1, 2));

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, TestConfig.of(directory.resolve("ends")))) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(6);
        assertThat(result.getEndedPartitionsList()).containsExactly(0, 1);
        assertThat(TestLog.committed(curriculum.topics.deadLetters(Stage.TRAINER)))
                .allSatisfy(letter -> assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON))
                        .isEqualTo("bad_end_marker"))
                .extracting(letter -> CloudEvents.text(letter.headers(), DeadLetters.DETAIL))
                .containsExactly(
                        "partition 0 of 2147483647, but the topic of samples has 2",
                        "partition 1 of 3, but the topic of samples has 2",
                        "partition 0 of 1, but an earlier end marker says 2",
                        "partition 1 of 3, but an earlier end marker says 2");
    }

    @Test
    void allAreDifferent() {
        HashSet<String> inputs = new HashSet<>();
        badRecords().values().forEach(value -> inputs.add(Arrays.toString(value)));
        assertThat(inputs).hasSameSizeAs(badRecords().keySet()).hasSizeGreaterThanOrEqualTo(35);
    }

    static Stream<Arguments> states() {
        String good = """
                {"formatVersion": 1, "step": 7, "freshSteps": 5, "replaysOwed": 2, "nextOffset": 640, "trained": 600, "replayFrom": 0,
                 "ended": {"1": 639}, "partitions": 4, "agreement": [[128, 100]], "teacherDigests": ["d"], "checkpointRequest": 1,
                 "finished": false}
                """;
        return Stream.of(
                Arguments.of("", "is not a student's state"),
                Arguments.of("null", "it is null"),
                Arguments.of("[]", "is not a student's state"),
                Arguments.of("{", "is not a student's state"),
                Arguments.of("{}", "Missing required creator property"),
                Arguments.of(good.substring(0, 100), "is not a student's state"),
                Arguments.of(good.replace("\"step\": 7,", ""), "'step'"),
                Arguments.of(good.replace("\"step\": 7", "\"step\": \"many\""), "is not a student's state"),
                Arguments.of(good.replace("\"step\": 7", "\"step\": -7"), "counts must not be negative"),
                Arguments.of(good.replace("640", "-1"), "offsets must not be negative"),
                Arguments.of(good.replace("{\"1\": 639}", "null"), "ended"),
                Arguments.of(good.replace("{\"1\": 639}", "{\"1\": null}"), "ended must hold offsets"),
                Arguments.of(good.replace("[[128, 100]]", "[[128]]"), "agreement must be pairs"),
                Arguments.of(good.replace("[[128, 100]]", "[null]"), "agreement must be pairs"),
                Arguments.of(good.replace("[[128, 100]]", "[[1, null]]"), "agreement must be pairs"),
                Arguments.of(good.replace("[\"d\"]", "null"), "teacherDigests"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void aBadStateFileIsRefusedByItsName(String json, String message) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("state.json"), json);

        // When // Then
        assertThatThrownBy(() -> LearningState.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state.json")
                .hasMessageContaining(message);
    }

    /** By reason and what it is. */
    private Map<String, byte[]> badRecords() {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        TestCurriculum source = new TestCurriculum("unused-" + BadRecordsTest.class.getSimpleName());
        byte[] whole = record(source.selected(1));
        bad.put("unparsable: text", "hello".getBytes(UTF_8));
        for (int i = 1; i <= 8; i++) {
            byte[] noise = new byte[32 * i];
            new Random(i).nextBytes(noise);
            noise[0] = 7;
            bad.put("unparsable: noise " + i, noise);
        }
        for (int length : new int[] {1, 50, 500, whole.length - 1}) {
            bad.put("unparsable: cut after " + length, Arrays.copyOf(whole, length));
        }
        bad.put("unknown_entry: none", new byte[0]);
        bad.put("unknown_entry: of a later version", new byte[] {0x7a, 2, 8, 1});
        bad.put(
                "bad_logits: none",
                selected(source, all -> all.getTeacherOutputBuilder().clearLogits()));
        for (int count : new int[] {1, 9, 11, 1000}) {
            bad.put(
                    "bad_logits: " + count,
                    selected(
                            source,
                            all -> all.getTeacherOutputBuilder()
                                    .setLogits(Vectors.packFloat32(new float[count], 0, count))));
        }
        bad.put(
                "bad_logits: 41 bytes",
                selected(source, all -> all.getTeacherOutputBuilder().setLogits(ByteString.copyFrom(new byte[41]))));
        for (int encoding : new int[] {0, 2, 9}) {
            bad.put(
                    "bad_logits: encoding " + encoding,
                    selected(source, all -> all.getTeacherOutputBuilder().setEncodingValue(encoding)));
        }
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] logits = new float[TestCurriculum.CLASSES];
            logits[3] = value;
            bad.put(
                    "bad_logits: " + value,
                    selected(
                            source,
                            all -> all.getTeacherOutputBuilder()
                                    .setLogits(Vectors.packFloat32(logits, 0, logits.length))));
        }
        for (int label : new int[] {10, 11, -1, Integer.MAX_VALUE}) {
            bad.put("bad_label: " + label, selected(source, all -> all.setPseudoLabel(label)));
        }
        bad.put(
                "bad_teacher: a digest of 200 characters",
                selected(
                        source,
                        all -> all.getTeacherOutputBuilder().getTeacherBuilder().setDigest("d".repeat(200))));
        for (int[] marker : new int[][] {{-1, 4}, {4, 4}, {0, 0}, {0, -1}}) {
            EndOfStream.Builder end =
                    EndOfStream.newBuilder().setSourcePartition(marker[0]).setPartitions(marker[1]);
            bad.put(
                    "bad_end_marker: " + marker[0] + " of " + marker[1],
                    CurriculumRecord.newBuilder().setEndOfStream(end).build().toByteArray());
        }
        bad.put("empty: no payload", selected(source, all -> sample(all).clearPayload()));
        bad.put(
                "unsupported_content_type: svg",
                selected(source, all -> sample(all).setContentType("image/svg+xml")));
        bad.put("undecodable: no png", selected(source, all -> sample(all).setContentType("image/png")));
        bad.put(
                "wrong_shape: 14x56",
                selected(source, all -> sample(all).setContentType("application/x-tensor;dtype=uint8;shape=1,14,56")));
        return bad;
    }

    private static io.wildstream.contracts.v1.Sample.Builder sample(SelectedSample.Builder selected) {
        return selected.getTeacherOutputBuilder().getSampleBuilder();
    }

    private static byte[] selected(TestCurriculum source, Consumer<SelectedSample.Builder> change) {
        SelectedSample.Builder selected = source.selected(1);
        change.accept(selected);
        return record(selected);
    }

    private static byte[] record(SelectedSample.Builder selected) {
        return CurriculumRecord.newBuilder().setSelected(selected).build().toByteArray();
    }
}
