// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SampleHead;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@UsesBroker
class TeacherPipelineTest {

    private static final String LENET = "lenet";

    @TempDir
    static Path store;

    private final Stream stream = new Stream(TeacherPipelineTest.class);

    @BeforeAll
    static void writeModel() {
        Models.writeLenet(store, LENET, 1);
    }

    @Test
    void answersPngJpegAndTensorsAsTheModelDoes() throws Exception {
        // Given
        Sample png = image("png");
        Sample jpeg = image("jpeg");
        Sample tensor = Stream.tensor("tensor", 28, 5);
        ProducerRecord<byte[], byte[]> traced = stream.sample(2, tensor);
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        traced.headers().add("traceparent", trace.getBytes(StandardCharsets.UTF_8));
        stream.write(List.of(stream.sample(0, png), stream.sample(1, jpeg), traced));

        // When
        try (TeacherExchange teachers = exchange(LENET);
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(3);
            assertThat(running.pipeline.isReady()).isTrue();
        }

        // Then
        List<ConsumerRecord<byte[], byte[]>> records =
                TestLog.committed(stream.topics().teacherOutputs());
        assertThat(records).hasSize(3);
        try (InferenceModel model = InferenceModel.load(store.resolve(LENET))) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                TeacherOutput output = Stream.parse(record);
                assertThat(new String(record.key(), StandardCharsets.UTF_8))
                        .isEqualTo(output.getSample().getId());
                assertThat(output.getPosition().getPartition()).isEqualTo(record.partition());
                assertThat(output.getPosition().getOffset()).isZero();
                assertThat(output.getTeacher().getDigest())
                        .isEqualTo(model.description().digest());
                assertThat(output.getTeacher().getName()).isEqualTo(LENET);
                assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE))
                        .isEqualTo("wildstream.v1.TeacherOutput");
                assertThat(CloudEvents.text(record.headers(), CloudEvents.ID))
                        .isEqualTo(output.getSample().getId());
                assertEqualToModel(output, model);
            }
        }
        assertThat(records.stream().map(Stream::parse).map(TeacherOutput::getSample))
                .containsExactlyInAnyOrder(png, jpeg, tensor);
        ConsumerRecord<byte[], byte[]> answerToTraced = records.stream()
                .filter(record -> record.partition() == 2)
                .findFirst()
                .orElseThrow();
        assertThat(CloudEvents.text(answerToTraced.headers(), "traceparent")).isEqualTo(trace);
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void outputsGoWithoutPayloadsWhereAllSelectorsBringThem() throws Exception {
        // Given
        Sample plain = Stream.tensor("plain", 28, 5).toBuilder()
                .setSource("camera")
                .setView(View.newBuilder().setSeed(9).setPad(2))
                .build();
        stream.write(List.of(stream.sample(1, plain)));
        List<String> asked = new CopyOnWriteArrayList<>();
        TeacherSettings settings = stream.settings("teacher-0").with(place -> {
            asked.add(place);
            return true;
        });

        // When
        try (TeacherExchange teachers = exchange(LENET);
                Running running = new Running(settings, teachers)) {
            stream.awaitOutcomes(1);
            assertThat(running.pipeline.problem()).isEmpty();
        }

        // Then
        ConsumerRecord<byte[], byte[]> record =
                TestLog.committed(stream.topics().teacherOutputs()).get(0);
        TeacherOutput output = Stream.parse(record);
        assertThat(output.hasSample()).isFalse();
        assertThat(output.getHead())
                .isEqualTo(SampleHead.newBuilder()
                        .setId("plain")
                        .setSource("camera")
                        .setView(plain.getView())
                        .build());
        assertThat(record.value()).hasSizeLessThan(1400);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("plain");
        assertThat(CloudEvents.text(record.headers(), CloudEvents.ID)).isEqualTo("plain");
        assertThat(output.getSampleTimeMillis())
                .isEqualTo(TestLog.committed(stream.topics().samples()).get(0).timestamp());
        assertThat(asked).containsOnly(stream.topics().samples() + ":sample");
    }

    @Test
    void sendsBadRecordsToTheDeadLettersAndAnswersTheirNeighbours() throws Exception {
        // Given
        Sample good = Stream.tensor("good", 2, 1);
        Map<String, ProducerRecord<byte[], byte[]>> bad = badRecords(good);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : bad.values()) {
            records.add(stream.sample(0, good));
            records.add(record);
        }
        records.add(stream.sample(0, good));
        stream.write(records);

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE);
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(records.size());
            assertThat(running.metrics.deadLetters()).isEqualTo(bad.size());
            assertThat(running.metrics.outputs()).isEqualTo(bad.size() + 1);
        }

        // Then
        List<ConsumerRecord<byte[], byte[]>> letters = stream.deadLetters();
        assertThat(stream.reasons())
                .containsExactlyElementsOf(bad.keySet().stream()
                        .map(name -> name.replaceAll(":.*", ""))
                        .toList());
        List<ProducerRecord<byte[], byte[]>> originals = List.copyOf(bad.values());
        for (int i = 0; i < letters.size(); i++) {
            ConsumerRecord<byte[], byte[]> letter = letters.get(i);
            assertThat(letter.value()).isEqualTo(originals.get(i).value());
            assertThat(letter.key()).isEqualTo(originals.get(i).key());
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.OFFSET)).isEqualTo(Integer.toString(2 * i + 1));
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.STAGE)).isEqualTo("teacher");
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL)).isNotBlank();
        }
        assertThat(stream.outputs())
                .hasSize(bad.size() + 1)
                .allMatch(output -> output.getSample().equals(good));
    }

    @Test
    void refusesWhatCannotBeWrittenInHalfPrecisionAndOmitsFeaturesWhenTold() throws Exception {
        // Given
        Sample good = Stream.pixels("good", 10, 20, 30, 40);
        stream.write(List.of(stream.sample(0, good), stream.sample(0, Stream.pixels("large", 0, 0, 0, 255))));
        TeacherSettings settings = new TeacherSettings(
                stream.topics(), "teacher-0", 16, Duration.ZERO, 64, VectorEncoding.VECTOR_ENCODING_FLOAT16);

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE)) {
            teachers.request(Models.spec(3, Models.FRAGILE, true));
            assertThat(teachers.awaitRequested(Duration.ofSeconds(120))).isTrue();
            try (Running running = new Running(settings, teachers)) {
                stream.awaitOutcomes(2);
                assertThat(running.metrics.outputs()).isEqualTo(1);
            }
        }

        // Then
        assertThat(stream.reasons()).containsExactly("non_finite_output");
        TeacherOutput output = stream.outputs().get(0);
        assertThat(output.getTeacher().getGeneration()).isEqualTo(3);
        assertThat(output.getFeatures()).isEmpty();
        assertThat(output.getFeatureNorm()).isCloseTo((float) Math.sqrt(3000) / 255, within(1e-6f));
        assertThat(output.getLogits().size()).isEqualTo(2 * Short.BYTES);
    }

    @Test
    void passesEndMarkersOnAfterTheOutputsBeforeThem() {
        // Given
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(stream.samples(0, 200));
        for (int partition = 0; partition < Stream.PARTITIONS; partition++) {
            records.add(stream.end(partition));
        }
        stream.write(records);

        // When
        try (TeacherExchange teachers = exchange(LENET);
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(records.size());
            assertThat(running.pipeline.problem()).isEmpty();
        }

        // Then
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> byPartition =
                TestLog.committed(stream.topics().teacherOutputs()).stream()
                        .collect(Collectors.groupingBy(ConsumerRecord::partition));
        assertThat(byPartition).hasSize(Stream.PARTITIONS);
        byPartition.forEach((partition, inOrder) -> {
            ConsumerRecord<byte[], byte[]> last = inOrder.get(inOrder.size() - 1);
            assertThat(CloudEvents.isEndOfStream(last.headers())).isTrue();
            assertThat(last.value()).isEqualTo(stream.end(partition).value());
            assertThat(inOrder.subList(0, inOrder.size() - 1))
                    .extracting(record -> Stream.parse(record).getPosition().getOffset())
                    .isSorted()
                    .doesNotHaveDuplicates();
        });
        assertThat(stream.outputs()).hasSize(200);
    }

    @Test
    void changesTheTeacherWhileTheStreamRuns() throws Exception {
        // Given
        Models.writeLenet(store, "other", 2);
        stream.write(stream.samples(0, 90));

        // When
        try (TeacherExchange teachers = exchange(LENET);
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(90);
            teachers.request(Models.spec(1, "other", false));
            await().until(() -> teachers.active().reference().getGeneration() == 1);
            teachers.request(Models.spec(2, "missing", false));
            await().until(() -> teachers.problem().contains("missing"));
            stream.write(stream.samples(90, 180));
            stream.awaitOutcomes(180);
            assertThat(running.pipeline.isReady()).isTrue();
        }

        // Then
        Map<Long, List<TeacherOutput>> byGeneration = stream.outputs().stream()
                .collect(Collectors.groupingBy(output -> output.getTeacher().getGeneration()));
        assertThat(byGeneration.keySet()).containsExactlyInAnyOrder(0L, 1L);
        assertThat(byGeneration.get(0L)).hasSize(90);
        try (InferenceModel other = InferenceModel.load(store.resolve("other"))) {
            for (TeacherOutput output : byGeneration.get(1L)) {
                assertThat(output.getTeacher().getName()).isEqualTo("other");
                assertEqualToModel(output, other);
            }
        }
    }

    private Map<String, ProducerRecord<byte[], byte[]>> badRecords(Sample good) throws IOException {
        Map<String, ProducerRecord<byte[], byte[]>> bad = new java.util.LinkedHashMap<>();
        bad.put("malformed:bytes", raw("key", new byte[] {1, 2, 3, -1}));
        bad.put("malformed:null", raw("key", null));
        ProducerRecord<byte[], byte[]> unknown = raw("key", good.toByteArray());
        unknown.headers().add(CloudEvents.TYPE, "wildstream.v1.Unknown".getBytes(StandardCharsets.UTF_8));
        bad.put("malformed:type", unknown);
        bad.put("malformed:no id", stream.sample(0, good.toBuilder().clearId().build()));
        bad.put(
                "malformed:long id",
                stream.sample(0, good.toBuilder().setId("x".repeat(257)).build()));
        bad.put("empty", stream.sample(0, good.toBuilder().clearPayload().build()));
        bad.put(
                "unsupported_content_type",
                stream.sample(0, good.toBuilder().setContentType("text/plain").build()));
        bad.put(
                "undecodable",
                stream.sample(0, good.toBuilder().setContentType("image/png").build()));
        bad.put("wrong_shape", stream.sample(0, image("png")));
        bad.put(
                "too_costly",
                stream.sample(
                        0,
                        good.toBuilder()
                                .setContentType("image/png")
                                .setPayload(manyChunks())
                                .build()));
        bad.put(
                "too_many_pixels",
                stream.sample(
                        0,
                        good.toBuilder()
                                .setContentType("image/png")
                                .setPayload(encoded(
                                        "png", new BufferedImage(10_000, 2_000, BufferedImage.TYPE_BYTE_BINARY)))
                                .build()));
        bad.put(
                "non_finite",
                stream.sample(
                        0,
                        good.toBuilder()
                                .setContentType("application/x-tensor;dtype=float32;shape=1,2,2")
                                .setPayload(ByteString.copyFrom(ByteBuffer.allocate(16)
                                        .putInt(0xffffffff)
                                        .array()))
                                .build()));
        bad.put("non_finite_output", stream.sample(0, Stream.pixels("infinite", 255, 0, 0, 0)));
        return bad;
    }

    private ProducerRecord<byte[], byte[]> raw(String key, byte[] value) {
        return new ProducerRecord<>(stream.topics().samples(), 0, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** The header of a PNG file, then empty chunks. */
    private static ByteString manyChunks() throws IOException {
        ByteString png = encoded("png", new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY));
        ByteString empty = ByteString.copyFrom(new byte[] {0, 0, 0, 0, 't', 'E', 'X', 't', 0, 0, 0, 0});
        return png.substring(0, 33).concat(ByteString.copyFrom(java.util.Collections.nCopies(10_001, empty)));
    }

    private static Sample image(String format) throws IOException {
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 28; i++) {
            image.getRaster().setSample(i, i, 0, 9 * i);
        }
        return Sample.newBuilder()
                .setId(format)
                .setContentType("image/" + format)
                .setPayload(encoded(format, image))
                .build();
    }

    private static ByteString encoded(String format, BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return ByteString.copyFrom(out.toByteArray());
    }

    private static void assertEqualToModel(TeacherOutput output, InferenceModel model) throws Exception {
        SampleDecoder decoder = new SampleDecoder(model.description());
        FloatBuffer pixels = ByteBuffer.allocateDirect(decoder.values() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        decoder.decode(output.getSample(), pixels);
        InferenceModel.Outputs expected = model.infer(pixels.flip(), 1);
        assertThat(Vectors.unpack(output.getEncoding(), output.getLogits()))
                .containsExactly(expected.logits(), within(1e-4f));
        assertThat(Vectors.unpack(output.getEncoding(), output.getFeatures()))
                .containsExactly(expected.features(), within(1e-4f));
        assertThat(output.getFeatureNorm())
                .isCloseTo(TeacherOutputEncoder.norm(expected.features(), 0, expected.featureSize()), within(1e-3f));
    }

    private static TeacherExchange exchange(String model) {
        return Models.exchange(new ModelStore(store), model);
    }
}
