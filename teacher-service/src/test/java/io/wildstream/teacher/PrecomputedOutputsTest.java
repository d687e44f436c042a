// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A stream in which samples of all kinds alternate: without an output, with one in the sample or in the header, with a bad one. */
@UsesBroker
class PrecomputedOutputsTest {

    private static final int ROUNDS = 12;
    private static final List<Float> FEATURES = List.of(1f, 2f, 2f, 4f);

    private final Stream stream = new Stream(PrecomputedOutputsTest.class);

    @Test
    void eachRecordHasTheOneOutcomeThatItsOutputAsksFor() {
        // Given
        String digest = digest();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Integer> expected = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, ProducerRecord<byte[], byte[]>> entry :
                    kinds(round, digest).entrySet()) {
                records.add(entry.getValue());
                expected.merge(entry.getKey().replaceAll(":.*", ""), 1, Integer::sum);
            }
        }
        stream.write(records);
        TeacherSettings settings = settings();

        // When one process answers a part of it and the next one the rest
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE);
                Running running = new Running(settings, teachers)) {
            stream.awaitOutcomes(1);
            running.pipeline.stop();
        }
        int first = stream.outputs().size() + stream.deadLetters().size();
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE);
                Running running = new Running(settings, teachers)) {
            stream.write(List.of(stream.sample(0, plain("last"))));
            stream.awaitOutcomes(records.size() + 1);

            // Then what was passed on is counted apart
            assertThat(running.metrics.outputs() + running.metrics.deadLetters())
                    .isEqualTo(records.size() + 1 - first);
        }
        List<TeacherOutput> outputs = stream.outputs();
        Map<String, Integer> found = new TreeMap<>();
        outputs.forEach(output -> found.merge(output.hasPrecomputedBy() ? "passed on" : "computed", 1, Integer::sum));
        stream.reasons().forEach(reason -> found.merge(reason, 1, Integer::sum));
        expected.merge("computed", 1, Integer::sum);
        assertThat(found).isEqualTo(expected);
        assertThat(found)
                .containsEntry("computed", ROUNDS + 1)
                .containsEntry("passed on", 3 * ROUNDS)
                .containsEntry("wrong_teacher", 3 * ROUNDS)
                .containsEntry("undecodable", ROUNDS);
        assertThat(stream.deadLetters())
                .allSatisfy(letter -> assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL))
                        .isNotBlank());
        assertInOrderAndRight(outputs, records);
    }

    /** Outputs of a partition have the order of its samples, and those that were passed on hold what came with the sample. */
    private void assertInOrderAndRight(List<TeacherOutput> outputs, List<ProducerRecord<byte[], byte[]>> records) {
        Map<Integer, List<TeacherOutput>> byPartition = outputs.stream()
                .collect(Collectors.groupingBy(output -> output.getPosition().getPartition()));
        byPartition
                .values()
                .forEach(all -> assertThat(all)
                        .extracting(output -> output.getPosition().getOffset())
                        .isSorted()
                        .doesNotHaveDuplicates());
        Map<SamplePosition, String> ids = new HashMap<>();
        Map<Integer, Long> ends = new HashMap<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            long offset = ends.merge(record.partition(), 1L, Long::sum) - 1;
            ids.put(
                    SamplePosition.newBuilder()
                            .setPartition(record.partition())
                            .setOffset(offset)
                            .build(),
                    new String(record.key(), UTF_8));
        }
        for (TeacherOutput output : outputs) {
            String id = output.getSample().getId();
            if (!id.equals("last")) {
                assertThat(ids).containsEntry(output.getPosition(), id);
            }
            assertThat(output.getTeacher().getDigest()).isEqualTo(digest());
            assertThat(output.getDecoder()).isEqualTo(SampleDecoder.VERSION);
            if (output.hasPrecomputedBy()) {
                int number = Integer.parseInt(id.replaceAll("\\D", ""));
                assertThat(output.getSample()).isEqualTo(plain(id));
                assertThat(Vectors.unpack(output.getEncoding(), output.getLogits()))
                        .containsExactly(number, -1.5f);
                assertThat(Vectors.unpack(output.getEncoding(), output.getFeatures()))
                        .containsExactly(1, 2, 2, 4);
                assertThat(output.getFeatureNorm()).isEqualTo(5);
                assertThat(output.getPrecomputedBy()).isEqualTo(id.startsWith("sent") ? "production" : "");
            }
        }
    }

    /** One record of each kind, by what becomes of it. */
    private Map<String, ProducerRecord<byte[], byte[]>> kinds(int round, String digest) {
        int partition = round % Stream.PARTITIONS;
        PrecomputedOutput good = good(round, digest);
        Map<String, ProducerRecord<byte[], byte[]>> kinds = new java.util.LinkedHashMap<>();
        kinds.put("computed", stream.sample(partition, plain("plain-" + round)));
        kinds.put("passed on:sample", with(partition, "own-" + round, good));
        kinds.put(
                "passed on:by a gateway",
                with(
                        partition,
                        "sent-" + round,
                        good.toBuilder().setSender("production").build()));
        kinds.put(
                "wrong_teacher",
                with(partition, "a", good.toBuilder().setDigest("0".repeat(64)).build()));
        kinds.put(
                "wrong_teacher:none",
                with(partition, "b", good.toBuilder().clearDigest().build()));
        kinds.put(
                "wrong_teacher:long",
                with(
                        partition,
                        "c",
                        good.toBuilder().setDigest("f".repeat(9999)).build()));
        kinds.put("passed on:header", header(partition, "header-" + round, json(round, digest)));
        kinds.put(
                "wrong_class_count",
                with(partition, "d", good.toBuilder().addLogits(1).build()));
        kinds.put(
                "wrong_class_count:none",
                with(partition, "e", good.toBuilder().clearLogits().build()));
        kinds.put(
                "wrong_feature_count",
                with(partition, "f", good.toBuilder().addFeatures(1).build()));
        kinds.put(
                "missing_features",
                with(
                        partition,
                        "g",
                        good.toBuilder().clearFeatures().setFeatureNorm(5).build()));
        kinds.put(
                "non_finite_output",
                with(partition, "h", good.toBuilder().setLogits(1, Float.NaN).build()));
        kinds.put(
                "non_finite_output:feature",
                with(
                        partition,
                        "i",
                        good.toBuilder().setFeatures(0, Float.NEGATIVE_INFINITY).build()));
        kinds.put(
                "malformed:sender",
                with(partition, "j", good.toBuilder().setSender("x".repeat(257)).build()));
        kinds.put("malformed:no json", header(partition, "k", "logits=1,2"));
        kinds.put("malformed:twice", twice(partition, round, digest));
        kinds.put(
                "undecodable",
                stream.sample(
                        partition,
                        plain("m").toBuilder()
                                .setContentType("image/png")
                                .setOutput(good)
                                .build()));
        return kinds;
    }

    private static PrecomputedOutput good(int number, String digest) {
        return PrecomputedOutput.newBuilder()
                .setTeacher("fragile")
                .setDigest(digest)
                .addLogits(number)
                .addLogits(-1.5f)
                .addAllFeatures(FEATURES)
                .build();
    }

    private static String json(int number, String digest) {
        return "{\"teacher\":\"fragile\",\"digest\":\"" + digest.toUpperCase(java.util.Locale.ROOT) + "\",\"logits\":["
                + number + ",-1.5],\"features\":[1,2.0,2e0,4]}";
    }

    private ProducerRecord<byte[], byte[]> with(int partition, String id, PrecomputedOutput output) {
        return stream.sample(partition, plain(id).toBuilder().setOutput(output).build());
    }

    private ProducerRecord<byte[], byte[]> header(int partition, String id, String json) {
        ProducerRecord<byte[], byte[]> record = stream.sample(partition, plain(id));
        record.headers().add(OutputHeader.NAME, json.getBytes(UTF_8));
        return record;
    }

    private ProducerRecord<byte[], byte[]> twice(int partition, int round, String digest) {
        ProducerRecord<byte[], byte[]> record = with(partition, "l", good(round, digest));
        record.headers().add(OutputHeader.NAME, json(round, digest).getBytes(UTF_8));
        return record;
    }

    /** A sample for which the network has an output. */
    private static Sample plain(String id) {
        return Stream.tensor(id, 2, 0).toBuilder()
                .setPayload(ByteString.copyFrom(new byte[] {1, 2, 3, 4}))
                .build();
    }

    private static String digest() {
        return ModelDescription.read(Models.small().resolve(Models.FRAGILE)).digest();
    }

    private TeacherSettings settings() {
        return stream.settings("teacher-0", OwnSamples.INSTANCE.acceptingOutputs(), WorkLimits.DEFAULT);
    }
}
