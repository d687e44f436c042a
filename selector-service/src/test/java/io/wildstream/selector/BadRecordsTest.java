// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selector.app.TestSettings;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.SelectorMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad records of {@code teacher-outputs} through the real selector, a good one between any two; and policies that none could run. */
@UsesBroker
class BadRecordsTest {

    @TempDir
    Path directory;

    private final Topics topics = new Topics(TestBroker.prefix(BadRecordsTest.class));

    @Test
    void everyBadRecordIsADeadLetterWithItsReasonAndHarmsNoNeighbour() throws Exception {
        // Given
        Map<String, ProducerRecord<byte[], byte[]>> bad = badRecords();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : bad.values()) {
            records.add(good(records.size()));
            records.add(record);
        }
        records.add(good(records.size()));
        records.add(TeacherOutputs.end(topics.teacherOutputs(), 0, 1));
        write(records);

        // When
        Selector selector = new Selector(
                TestBroker.get().client(),
                TestSettings.selector(topics, "selector-0", 1, directory),
                new SelectorMetrics(new SimpleMeterRegistry()));
        try {
            await().atMost(Duration.ofSeconds(120))
                    .ignoreExceptions()
                    .until(() -> TestLog.committed(topics.curriculum("all")).size() == bad.size() + 2);

            // Then
            assertThat(selector.problem()).isEmpty();
            assertThat(selector.ready()).isTrue();
        } finally {
            selector.close();
        }
        List<ConsumerRecord<byte[], byte[]>> letters = TestLog.committed(topics.deadLetters(Stage.SELECTOR));
        assertThat(letters).hasSameSizeAs(bad.keySet());
        List<String> names = List.copyOf(bad.keySet());
        for (int i = 0; i < names.size(); i++) {
            ConsumerRecord<byte[], byte[]> letter = letters.get(i);
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON))
                    .as(names.get(i))
                    .isEqualTo(names.get(i).replaceAll(":.*", ""));
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL)).isNotBlank();
            assertThat(letter.value()).isEqualTo(bad.get(names.get(i)).value());
        }
        List<ConsumerRecord<byte[], byte[]>> curriculum = TestLog.committed(topics.curriculum("all"));
        for (int i = 0; i <= bad.size(); i++) {
            assertThat(CurriculumRecord.parseFrom(curriculum.get(i).value())
                            .getSelected()
                            .getTeacherOutput()
                            .getPosition()
                            .getOffset())
                    .isEqualTo(2L * i);
        }
    }

    @Test
    void allAreDifferent() {
        Set<List<Object>> inputs = new HashSet<>();
        badRecords()
                .values()
                .forEach(record -> inputs.add(List.of(
                        Arrays.hashCode(record.value()),
                        String.valueOf(CloudEvents.text(record.headers(), CloudEvents.TYPE)))));
        assertThat(inputs).hasSameSizeAs(badRecords().keySet()).hasSizeGreaterThanOrEqualTo(35);
    }

    static Stream<Arguments> policies() {
        List<Arguments> all = new ArrayList<>();
        for (double rate :
                new double[] {0, -0.1, 1.01, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            all.add(Arguments.of(Policies.keepRate(1, rate, Balance.BALANCE_CLASS), "keep_rate.rate is " + rate));
            all.add(Arguments.of(Policies.random(1, rate, 3), "random.rate is " + rate));
        }
        for (double noise : new double[] {-0.1, Double.NaN, Double.NEGATIVE_INFINITY}) {
            all.add(Arguments.of(Policies.threshold(1, noise), "threshold.max_noise_value is " + noise));
        }
        for (int window : new int[] {-1, 65_537}) {
            var policy = KeepRatePolicy.newBuilder().setRate(0.5).setWindow(window);
            all.add(Arguments.of(
                    Policies.control(1, SelectionPolicy.newBuilder().setKeepRate(policy)), "keep_rate.window is "));
        }
        var balance = KeepRatePolicy.newBuilder().setRate(0.5).setBalanceValue(9);
        all.add(Arguments.of(
                Policies.control(1, SelectionPolicy.newBuilder().setKeepRate(balance)), "keep_rate.balance is 9"));
        all.add(Arguments.of(Policies.control(1, SelectionPolicy.newBuilder()), "the policy is empty"));
        all.add(Arguments.of(ControlRecord.getDefaultInstance(), "the policy is empty"));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aPolicyThatNoneCouldRunChangesNothing(ControlRecord record, String problem) {
        // Given
        Curricula curricula = new Curricula(name -> {});
        curricula.accept("curriculum/main", Policies.threshold(1, 1));

        // When
        curricula.accept("curriculum/main", record);

        // Then
        assertThat(curricula.problem()).contains("curriculum 'main'").contains(problem);
        assertThat(curricula.current().get("main").policy().getThreshold().getMaxNoiseValue())
                .isEqualTo(1);
    }

    /** By reason and what it is. */
    private Map<String, ProducerRecord<byte[], byte[]>> badRecords() {
        Map<String, ProducerRecord<byte[], byte[]>> bad = new LinkedHashMap<>();
        TeacherOutput good = TeacherOutputs.output(0, 1).build();
        byte[] whole = good.toByteArray();
        bad.put("malformed: no value", of("wildstream.v1.TeacherOutput", null));
        bad.put("malformed: text", of("wildstream.v1.TeacherOutput", "hello".getBytes(UTF_8)));
        for (int i = 1; i <= 8; i++) {
            byte[] noise = new byte[32 * i];
            new Random(i).nextBytes(noise);
            noise[0] = 7;
            bad.put("malformed: noise " + i, of(null, noise));
        }
        for (int length : new int[] {1, 100, 500, whole.length - 1}) {
            bad.put("malformed: cut after " + length, of(null, Arrays.copyOf(whole, length)));
        }
        bad.put("malformed: no sample", of(good.toBuilder().clearSample()));
        for (int bytes : new int[] {1, 3, 41}) {
            bad.put("malformed: " + bytes + " bytes of logits", of(logits(good, new byte[bytes])));
        }
        for (int[] marker : new int[][] {{1, 2}, {-1, 1}, {0, 0}, {0, -1}}) {
            byte[] end = EndOfStream.newBuilder()
                    .setSourcePartition(marker[0])
                    .setPartitions(marker[1])
                    .build()
                    .toByteArray();
            bad.put("malformed: end of " + marker[0] + " of " + marker[1], of("wildstream.v1.EndOfStream", end));
        }
        bad.put("malformed: an end that is none", of("wildstream.v1.EndOfStream", "end".getBytes(UTF_8)));
        bad.put("malformed: an end without value", of("wildstream.v1.EndOfStream", null));
        for (String type : List.of("", "wildstream.v1.Sample", "wildstream.v2.TeacherOutput", "x".repeat(3000))) {
            bad.put("unknown_type: " + type.length(), of(type, whole));
        }
        for (int encoding : new int[] {0, 3, -1}) {
            bad.put("unknown_encoding: " + encoding, of(good.toBuilder().setEncodingValue(encoding)));
        }
        bad.put("wrong_class_count: none", of(good.toBuilder().clearLogits()));
        bad.put("wrong_class_count: 65537", of(logits(good, new byte[4 * 65_537])));
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            bad.put("non_finite: logit " + value, of(TeacherOutputs.withLogits(good.toBuilder(), 1, value, 2)));
            bad.put("non_finite: norm " + value, of(good.toBuilder().setFeatureNorm(value)));
        }
        bad.put("missing_position: none", of(good.toBuilder().clearPosition()));
        bad.put("missing_position: partition", of(position(good, -1, 5)));
        bad.put("missing_position: offset", of(position(good, 0, -5)));
        return bad;
    }

    private static TeacherOutput.Builder logits(TeacherOutput good, byte[] logits) {
        return good.toBuilder().setLogits(ByteString.copyFrom(logits));
    }

    private static TeacherOutput.Builder position(TeacherOutput good, int partition, long offset) {
        return good.toBuilder()
                .setPosition(SamplePosition.newBuilder().setPartition(partition).setOffset(offset));
    }

    private ProducerRecord<byte[], byte[]> good(int number) {
        return TeacherOutputs.record(
                topics.teacherOutputs(), TeacherOutputs.output(0, number).build());
    }

    private ProducerRecord<byte[], byte[]> of(TeacherOutput.Builder output) {
        return of("wildstream.v1.TeacherOutput", output.build().toByteArray());
    }

    private ProducerRecord<byte[], byte[]> of(String type, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topics.teacherOutputs(), 0, "key".getBytes(UTF_8), value);
        if (type != null) {
            record.headers().add(CloudEvents.TYPE, type.getBytes(UTF_8));
        }
        return record;
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topics.controlTopic(), topics.stream(topics.teacherOutputs(), 1)));
        }
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(),
                TeacherOutputs.bytes(ControlKeys.curriculum("all")),
                Policies.threshold(1, 100).toByteArray())));
        TestLog.write(records);
    }
}
