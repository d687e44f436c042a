// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.VectorEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every process parses: holdout files, training specs, records of {@code control} and {@code status}, packed vectors, headers. Each
 * is read, or refused by the documented exception with a message.
 *
 * <p>Input: one byte that picks the parser, then what it reads.
 */
class ContractsFuzzTest {

    @TempDir
    static Path directory;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyInputIsReadOrRefused(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (Math.floorMod(input[0], 6)) {
            case 0 -> readHoldout(rest);
            case 1 -> readHoldout(compressed(rest));
            case 2 -> readSpec(rest);
            case 3 -> readControl(rest);
            case 4 -> unpack(rest);
            default -> readHeaders(rest);
        }
    }

    private static void readHoldout(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("holdout.pb.gz"), bytes);
        try {
            assertThat(HoldoutFile.read(file)).isNotEmpty();
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("holdout.pb.gz: ");
        }
    }

    private static void readSpec(byte[] bytes) {
        TrainingSpec spec;
        try {
            spec = TrainingSpec.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        TrainingSpec filled = TrainingSpecs.withDefaults(spec);
        assertThat(TrainingSpecs.withDefaults(filled)).isEqualTo(filled);
        List<String> problems = TrainingSpecs.problems(spec);
        assertThat(problems).allMatch(problem -> problem.matches("(?s)[a-z_]+[a-z0-9_.\\[\\]]*: .+"));
        assertThat(TrainingSpecs.problemsOfResolved(spec, 10)).containsAll(problems);
        assertThat(TrainingSpecs.problemsOfChange(spec, spec)).isEmpty();
        try {
            assertThat(TrainingSpecs.require(spec)).isEqualTo(filled);
            assertThat(problems).isEmpty();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessage(String.join("; ", problems));
        }
    }

    private static void readControl(byte[] bytes) {
        try {
            ControlRecord record = ControlRecord.parseFrom(bytes);
            assertThat(record.getSpecCase()).isNotNull();
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            assertThat(InstanceStatus.parseFrom(bytes)).isNotNull();
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        String key = new String(bytes, UTF_8);
        String curriculum = ControlKeys.curriculumOf(key);
        if (curriculum != null) {
            try {
                assertThat(ControlKeys.curriculum(curriculum)).isEqualTo(key);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("curriculum '");
            }
        }
        assertThat(ControlKeys.studentOf(key) == null || curriculum == null).isTrue();
    }

    private static void unpack(byte[] bytes) {
        for (VectorEncoding encoding : VectorEncoding.values()) {
            try {
                float[] values = Vectors.unpack(encoding, ByteString.copyFrom(bytes));
                float[] again = Vectors.unpack(encoding, Vectors.pack(encoding, values, 0, values.length));
                assertThat(again).isEqualTo(values);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).contains("vector");
            }
        }
    }

    private static void readHeaders(byte[] bytes) {
        Headers headers = new RecordHeaders().add(CloudEvents.TYPE, bytes);
        String type = CloudEvents.text(headers, CloudEvents.TYPE);
        assertThat(CloudEvents.isEndOfStream(headers)).isEqualTo("wildstream.v1.EndOfStream".equals(type));
        DeadLetters.add(headers, Stage.TEACHER, Stage.TEACHER, new String(bytes, UTF_8), "t", 0, 0);
        assertThat(headers.lastHeader(DeadLetters.DETAIL).value().length).isLessThanOrEqualTo(4000);
        try {
            assertThat(new Topics(new String(bytes, ISO_8859_1)).samples()).endsWith(".samples");
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).startsWith("wildstream.topic-prefix");
        }
    }

    static Stream<byte[]> seeds() {
        LabelledSample sample = LabelledSample.newBuilder()
                .setLabel(3)
                .setSample(Sample.newBuilder()
                        .setId("a")
                        .setContentType("image/png")
                        .setPayload(ByteString.copyFromUtf8("pixels")))
                .build();
        ByteArrayOutputStream samples = new ByteArrayOutputStream();
        try {
            sample.writeDelimitedTo(samples);
            sample.writeDelimitedTo(samples);
        } catch (IOException e) {
            fail(e);
        }
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("lenet5-1x28-10")
                .setStudentModelDigest("0".repeat(64))
                .addTerms(LossTerm.newBuilder()
                        .setWeight(0.5)
                        .setDfnd(DfndLoss.newBuilder().setTemperature(4).addQDiagonal(0.9)))
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.1).setNesterov(true))
                .setSchedule(ScheduleSpec.newBuilder()
                        .setKind(ScheduleKind.SCHEDULE_KIND_STEP)
                        .setWarmupSteps(5)
                        .addMilestones(0.4)
                        .addMilestones(0.8))
                .setMaxSteps(100)
                .setNormalisation(Normalisation.newBuilder().addMean(0.5f).addStd(0.25f))
                .build();
        ControlRecord control = ControlRecord.newBuilder()
                .setGeneration(2)
                .setTeacher(TeacherSpec.newBuilder().setModel("vgg"))
                .build();
        return Stream.of(
                seed(0, compressed(samples.toByteArray())),
                seed(1, samples.toByteArray()),
                seed(2, spec.toByteArray()),
                seed(2, TrainingSpecs.withDefaults(spec).toByteArray()),
                seed(3, control.toByteArray()),
                seed(3, "curriculum/main".getBytes(UTF_8)),
                seed(4, new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0x7c, 1, 0}),
                seed(5, "wildstream.v1.EndOfStream".getBytes(UTF_8)));
    }

    private static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
