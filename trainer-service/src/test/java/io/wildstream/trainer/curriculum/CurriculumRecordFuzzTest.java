// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.checkpoint.LearningState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of a curriculum means something to a student or is refused with a reason; every {@code state.json} and every holdout file is
 * read or refused by an {@link IOException} that names the file.
 *
 * <p>Input: one byte that picks the parser, then what it reads; a holdout file uncompressed.
 */
@Tag("slow")
class CurriculumRecordFuzzTest {

    private static final int CLASSES = 3;
    /** Loaded with the first input: a record that is loaded before the fuzzer's agent loses its fields when the agent instruments it. */
    private static final class Student {
        private static final ModelDescription DESCRIPTION = new ModelDescription(
                "m",
                new ImageShape(1, 4, 3),
                List.of("a", "b", "c"),
                List.of(0.25f),
                List.of(0.5f),
                1,
                "",
                null,
                List.of(),
                List.of(),
                null,
                null);
    }

    private static final String STATE = """
            {"formatVersion": 1, "step": 7, "freshSteps": 5, "replaysOwed": 2, "nextOffset": 640, "trained": 600, "replayFrom": 0,
             "ended": {"1": 639}, "partitions": 4, "agreement": [[128, 100]], "teacherDigests": ["d"], "checkpointRequest": 1,
             "finished": false}
            """;

    @TempDir
    static Path directory;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyInputIsUnderstoodOrRefused(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (Math.floorMod(input[0], 3)) {
            case 0 -> readRecord(rest);
            case 1 -> readState(rest);
            default -> readHoldout(rest);
        }
    }

    private static void readRecord(byte[] value) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("curriculum", 0, 42, null, value);
        CurriculumEvent event = new RecordParser("lenet", Student.DESCRIPTION, SkipRules.NONE).parse(record);
        assertThat(event.offset()).isEqualTo(42);
        if (event instanceof CurriculumEvent.Selected selected) {
            TrainingSample sample = selected.sample();
            assertThat(sample.teacher().logits()).hasSize(CLASSES);
            assertThat(sample.teacher().pseudoLabel()).isBetween(0, CLASSES - 1);
            FloatBuffer values =
                    FloatBuffer.allocate(Student.DESCRIPTION.input().values());
            sample.pixels().appendTo(values);
            assertThat(values.remaining()).isZero();
        } else if (event instanceof CurriculumEvent.Refused refused) {
            assertThat(refused.reason()).isNotNull();
            assertThat(refused.detail()).isNotBlank();
        } else if (event instanceof CurriculumEvent.Ended ended) {
            assertThat(ended.partition()).isBetween(0, ended.partitions() - 1);
        } else if (event instanceof CurriculumEvent.SpecChanged change) {
            assertThat(TrainingSpecs.problemsOfResolved(change.spec(), CLASSES)).isNotNull();
        }
    }

    private static void readState(byte[] json) throws IOException {
        Path file = Files.write(directory.resolve("state.json"), json);
        try {
            LearningState state = LearningState.read(file);
            Files.write(file, state.toJson());
            assertThat(LearningState.read(file)).isEqualTo(state);
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("state.json");
        }
    }

    private static void readHoldout(byte[] samples) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(samples);
        }
        Path file = Files.write(directory.resolve("holdout.pb.gz"), packed.toByteArray());
        try {
            Holdout holdout = Holdout.read(file, Student.DESCRIPTION);
            assertThat(holdout.size()).isEqualTo(HoldoutFile.read(file).size());
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("holdout.pb.gz: ");
        }
    }

    static Stream<byte[]> seeds() throws IOException {
        Sample sample = Sample.newBuilder()
                .setId("s")
                .setContentType("application/x-tensor;dtype=uint8;shape=1,4,3")
                .setPayload(ByteString.copyFromUtf8("abcdefghijkl"))
                .build();
        TeacherOutput output = TeacherOutput.newBuilder()
                .setSample(sample)
                .setTeacher(TeacherReference.newBuilder().setName("vgg").setDigest("0".repeat(64)))
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT32)
                .setLogits(Vectors.packFloat32(new float[] {1, 2, 3}, 0, 3))
                .build();
        CurriculumRecord selected = CurriculumRecord.newBuilder()
                .setSelected(
                        SelectedSample.newBuilder().setTeacherOutput(output).setPseudoLabel(2))
                .build();
        CurriculumRecord change = CurriculumRecord.newBuilder()
                .setSpecChange(TrainingSpecChange.newBuilder()
                        .setStudent("lenet")
                        .setSpec(TrainingSpec.newBuilder().setStudentModel("lenet5-1x28-10")))
                .build();
        CurriculumRecord end = CurriculumRecord.newBuilder()
                .setEndOfStream(EndOfStream.newBuilder().setSourcePartition(1).setPartitions(4))
                .build();
        ByteArrayOutputStream holdout = new ByteArrayOutputStream();
        LabelledSample.newBuilder().setSample(sample).setLabel(2).build().writeDelimitedTo(holdout);
        return Stream.of(
                seed(0, selected.toByteArray()),
                seed(0, change.toByteArray()),
                seed(0, end.toByteArray()),
                seed(0, new byte[] {0x7a, 0}),
                seed(1, STATE.getBytes(UTF_8)),
                seed(1, "null".getBytes(UTF_8)),
                seed(2, holdout.toByteArray()));
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
