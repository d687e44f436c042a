// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.RuleBoard;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.StateFormat;
import io.wildstream.selector.streams.StreamsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionProcessorTest {

    private static final Topics TOPICS = new Topics("test");
    private static final String DEAD_LETTERS = TOPICS.deadLetters(Stage.SELECTOR);

    @TempDir
    Path directory;

    private final Set<String> topicsMade = new HashSet<>();
    private final Curricula curricula = new Curricula(topicsMade::add);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RuleBoard board = new RuleBoard();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;

    @BeforeEach
    void start() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StreamsSettings.SmallStore.class);
        var topology = SelectorTopology.build(
                new StageParts(TOPICS, curricula, new SelectorMetrics(registry), board, true),
                0.1,
                () -> new MemoryLog(1));
        driver = new TopologyTestDriver(topology, properties);
        input = driver.createInputTopic(TOPICS.teacherOutputs(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldMarkItsStateWithItsFormatAndRefuseALaterOne() {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 1.5));
        byte[] output = TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 3f, 0.5f)
                .build()
                .toByteArray();
        input.pipeInput(null, output);
        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(SelectionProcessor.STORE);
        byte[] written = store.get(StateFormat.KEY);

        // When
        store.put(StateFormat.KEY, new byte[] {0, 0, 0, 9});
        curricula.accept("curriculum/strict", Policies.threshold(5, 1.4));

        // Then
        assertThat(written).containsExactly(0, 0, 0, StateFormat.VERSION);
        assertThatThrownBy(() -> input.pipeInput(null, output))
                .hasStackTraceContaining(
                        "the rules' state has format 9, this selector reads up to " + StateFormat.VERSION)
                .hasStackTraceContaining("start the newer selector that wrote it");
    }

    @Test
    void shouldWriteASelectedSampleAroundTheUnchangedTeacherOutput() throws Exception {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 1.5));
        TeacherOutput output = TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 3f, 0.5f)
                .build();
        Headers headers = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));

        // When
        input.pipeInput(new TestRecord<>(TeacherOutputs.bytes("s-2-77"), output.toByteArray(), headers, 1000L));

        // Then
        TestRecord<byte[], byte[]> record = read("test.curriculum.strict").get(0);
        SelectedSample selected = CurriculumRecord.parseFrom(record.value()).getSelected();
        assertThat(topicsMade).containsExactly("strict");
        assertThat(selected.getTeacherOutput()).isEqualTo(output);
        assertThat(selected.getPseudoLabel()).isEqualTo(1);
        assertThat(selected.getNoiseValue()).isCloseTo(Math.log1p(Math.exp(-2) + Math.exp(-2.5)), within(1e-12));
        assertThat(selected.getThreshold()).isEqualTo(1.5);
        assertThat(selected.getPolicyGeneration()).isEqualTo(4);
        assertThat(record.key()).isEqualTo(TeacherOutputs.bytes("s-2-77"));
        assertThat(record.timestamp()).isEqualTo(1000);
        assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE)).isEqualTo("wildstream.v1.CurriculumRecord");
        assertThat(CloudEvents.text(record.headers(), CloudEvents.ID)).isEqualTo("s-2-77");
        assertThat(CloudEvents.text(record.headers(), "traceparent")).isEqualTo("00-1-2-01");
        assertThat(CurriculumRecord.parseFrom(record.value()).toByteArray()).isEqualTo(record.value());
    }

    @Test
    void shouldWriteADecisionNotToKeepWithoutThePayload() throws Exception {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 0.01));
        TeacherOutput output =
                TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 1f).build();

        // When
        input.pipeInput(TeacherOutputs.bytes("s-2-77"), output.toByteArray());

        // Then
        RejectedSample rejected =
                RejectedSample.parseFrom(read(TOPICS.rejected()).get(0).value());
        assertThat(read("test.curriculum.strict")).isEmpty();
        assertThat(rejected.getCurriculum()).isEqualTo("strict");
        assertThat(rejected.getSampleId()).isEqualTo("s-2-77");
        assertThat(rejected.getPosition()).isEqualTo(output.getPosition());
        assertThat(rejected.getNoiseValue()).isCloseTo(Math.log(2), within(1e-12));
        assertThat(rejected.getThreshold()).isEqualTo(0.01);
        assertThat(rejected.getPolicyGeneration()).isEqualTo(4);
    }

    @Test
    void shouldServeSeveralCurriculaAtTheirRates() {
        // Given
        curricula.accept("curriculum/balanced", Policies.keepRate(1, 0.27, Balance.BALANCE_UNSPECIFIED));
        curricula.accept("curriculum/global", Policies.keepRate(1, 0.27, Balance.BALANCE_GLOBAL));
        curricula.accept("curriculum/chance", Policies.random(1, 0.27, 5));

        // When
        pipe(0, 300);

        // Then
        assertThat(read("test.curriculum.balanced")).hasSizeBetween(71, 91);
        assertThat(read("test.curriculum.global")).hasSizeBetween(71, 91);
        assertThat(read("test.curriculum.chance")).hasSizeBetween(50, 115);
        assertThat(board.reports().get("balanced").thresholds()).hasSize(TeacherOutputs.CLASSES);
        assertThat(board.reports().get("global").warm()).isEqualTo(1);
        assertThat(board.reports().get("global").thresholds()).hasSize(1);
    }

    @Test
    void shouldTakeOverANewGenerationWithTheNextRecord() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        pipe(0, 10);

        // When
        curricula.accept("curriculum/a", Policies.threshold(2, 50));
        pipe(10, 10);

        // Then
        List<Long> generations = new ArrayList<>();
        for (var record : read("test.curriculum.a")) {
            generations.add(
                    CurriculumRecord.parseFrom(record.value()).getSelected().getPolicyGeneration());
        }
        assertThat(generations.subList(0, 10)).containsOnly(1L);
        assertThat(generations.subList(10, 20)).containsOnly(2L);
    }

    @Test
    void shouldShowANewCurriculumOnlyWhatComesLater() throws Exception {
        // Given
        curricula.accept("curriculum/first", Policies.threshold(1, 100));
        pipe(0, 5);

        // When
        curricula.accept("curriculum/second", Policies.threshold(1, 100));
        pipe(5, 5);

        // Then
        assertThat(ids("test.curriculum.first")).hasSize(10);
        assertThat(ids("test.curriculum.second")).containsExactly("s-0-5", "s-0-6", "s-0-7", "s-0-8", "s-0-9");
    }

    @Test
    void shouldStopServingACurriculumThatWasRemoved() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        pipe(0, 5);

        // When
        curricula.reconcile(Map.of());
        pipe(5, 5);

        // Then
        assertThat(read("test.curriculum.a")).hasSize(5);
    }

    @Test
    void shouldPassTheEndOnToEveryCurriculumBehindTheDecisions() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        curricula.accept("curriculum/b", Policies.threshold(1, 0));
        pipe(0, 3);

        // When
        pipe(TeacherOutputs.end("unused", 0, 4));

        // Then
        List<TestRecord<byte[], byte[]>> all = read("test.curriculum.a");
        assertThat(all).hasSize(4);
        var end = CurriculumRecord.parseFrom(all.get(3).value()).getEndOfStream();
        assertThat(end.getSourcePartition()).isZero();
        assertThat(end.getPartitions()).isEqualTo(4);
        List<TestRecord<byte[], byte[]>> none = read("test.curriculum.b");
        assertThat(none).hasSize(1);
        assertThat(CurriculumRecord.parseFrom(none.get(0).value()).hasEndOfStream())
                .isTrue();
    }

    @Test
    void shouldBuryWhatItCannotUseAndGoOn() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        TeacherOutput good = TeacherOutputs.output(0, 1).build();
        List<byte[]> bad = new ArrayList<>();
        bad.add(null);
        bad.add(TeacherOutputs.bytes("this is no protobuf message"));
        bad.add(new byte[0]);
        bad.add(good.toBuilder().setEncodingValue(9).build().toByteArray());
        bad.add(good.toBuilder()
                .setEncoding(VectorEncoding.VECTOR_ENCODING_UNSPECIFIED)
                .build()
                .toByteArray());
        bad.add(good.toBuilder().setLogits(ByteString.EMPTY).build().toByteArray());
        bad.add(good.toBuilder()
                .setLogits(ByteString.copyFrom(new byte[41]))
                .build()
                .toByteArray());
        bad.add(TeacherOutputs.withLogits(good.toBuilder(), 1, Float.NaN)
                .build()
                .toByteArray());
        bad.add(TeacherOutputs.withLogits(good.toBuilder(), 1, Float.POSITIVE_INFINITY)
                .build()
                .toByteArray());
        bad.add(good.toBuilder().setFeatureNorm(Float.NaN).build().toByteArray());
        bad.add(good.toBuilder().clearPosition().build().toByteArray());
        bad.add(good.toBuilder().clearSample().build().toByteArray());
        bad.add(new byte[Topics.MAX_MESSAGE_BYTES - 100]);
        List<String> reasons = List.of(
                "malformed",
                "malformed",
                "unknown_encoding",
                "unknown_encoding",
                "unknown_encoding",
                "wrong_class_count",
                "malformed",
                "non_finite",
                "non_finite",
                "non_finite",
                "missing_position",
                "malformed",
                "too_large");

        // When
        bad.forEach(value -> input.pipeInput(TeacherOutputs.bytes("key"), value));
        input.pipeInput(TeacherOutputs.bytes("s-0-1"), good.toByteArray());

        // Then
        List<TestRecord<byte[], byte[]>> letters = read(DEAD_LETTERS);
        assertThat(letters).hasSameSizeAs(bad);
        for (int i = 0; i < bad.size(); i++) {
            TestRecord<byte[], byte[]> letter = letters.get(i);
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON)).isEqualTo(reasons.get(i));
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.OFFSET)).isEqualTo(Integer.toString(i));
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.TOPIC)).isEqualTo(TOPICS.teacherOutputs());
            assertThat(letter.key()).isEqualTo(TeacherOutputs.bytes("key"));
            assertThat(letter.value()).isEqualTo(reasons.get(i).equals("too_large") ? null : bad.get(i));
        }
        assertThat(read("test.curriculum.a")).hasSize(1);
        assertThat(registry.get(SelectorMetrics.DEAD_LETTERS)
                        .tag("reason", "non_finite")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void shouldBuryEndMarkersAndTypesThatHaveNoPlace() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        Headers foreign = new RecordHeaders().add(CloudEvents.TYPE, TeacherOutputs.bytes("wildstream.v1.Sample"));

        // When
        pipe(TeacherOutputs.end("unused", 1, 4));
        pipe(TeacherOutputs.end("unused", 0, 0));
        input.pipeInput(new TestRecord<>(null, new byte[0], foreign, 5L));

        // Then
        assertThat(read(DEAD_LETTERS))
                .extracting(letter -> CloudEvents.text(letter.headers(), DeadLetters.REASON))
                .containsExactly("malformed", "malformed", "unknown_type");
        assertThat(read("test.curriculum.a")).isEmpty();
    }

    @Test
    void shouldUseHalfPrecisionLogits() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        TeacherOutput output = TeacherOutputs.output(0, 1)
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT16)
                .setLogits(io.wildstream.contracts.Vectors.packFloat16(new float[] {0.5f, -2, 8}, 0, 3))
                .build();

        // When
        input.pipeInput(null, output.toByteArray());

        // Then
        SelectedSample selected = CurriculumRecord.parseFrom(
                        read("test.curriculum.a").get(0).value())
                .getSelected();
        assertThat(selected.getPseudoLabel()).isEqualTo(2);
        assertThat(selected.getNoiseValue()).isCloseTo(Math.log1p(Math.exp(-7.5) + Math.exp(-10)), within(1e-12));
    }

    @Test
    void shouldCountWhatItDoes() {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));

        // When
        pipe(0, 100);

        // Then
        double kept = registry.get(SelectorMetrics.DECISIONS)
                .tag("decision", "kept")
                .counter()
                .count();
        double notKept = registry.get(SelectorMetrics.DECISIONS)
                .tag("decision", "not_kept")
                .counter()
                .count();
        assertThat(kept).isEqualTo(read("test.curriculum.a").size()).isPositive();
        assertThat(kept + notKept).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.RECORDS).counter().count()).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.NOISE_VALUE).summary().count()).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.STEPS)
                        .tag("step", "read")
                        .timer()
                        .count())
                .isPositive();
    }

    @Test
    void shouldWriteAnEventWhenTheStreamChanges() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));
        TeacherOutput like = TeacherOutputs.output(0, 0).clearFeatures().build();

        // When
        for (int offset = 0; offset < 1400; offset++) {
            float margin = offset < 700 ? 7f : 0.01f * (offset % 7);
            byte[] value = TeacherOutputs.withLogits(like.toBuilder(), margin, 0f)
                    .build()
                    .toByteArray();
            input.pipeInput(null, value);
        }

        // Then
        DriftEvent event = DriftEvent.parseFrom(read(TOPICS.events()).get(0).value());
        assertThat(event.getSignal()).isEqualTo(DriftEvent.Signal.SIGNAL_NOISE_VALUE);
        assertThat(event.getOffset()).isBetween(700L, 1400L);
        assertThat(event.getAfter()).isGreaterThan(event.getBefore());
        assertThat(board.lastDrift()).isNotNull();
        assertThat(registry.get(SelectorMetrics.DRIFTS)
                        .tag("signal", "noise_value")
                        .counter()
                        .count())
                .isPositive();
    }

    private void pipe(long first, int count) {
        for (long offset = first; offset < first + count; offset++) {
            pipe(TeacherOutputs.record(
                    "unused", TeacherOutputs.output(0, offset).build()));
        }
    }

    private void pipe(ProducerRecord<byte[], byte[]> record) {
        input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 1L));
    }

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private List<String> ids(String topic) throws InvalidProtocolBufferException {
        List<String> ids = new ArrayList<>();
        for (var record : read(topic)) {
            ids.add(CurriculumRecord.parseFrom(record.value())
                    .getSelected()
                    .getTeacherOutput()
                    .getSample()
                    .getId());
        }
        return ids;
    }
}
