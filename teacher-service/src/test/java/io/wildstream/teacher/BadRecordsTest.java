// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.model.TeacherExchange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

/** Bad records of {@code samples} through the real pipeline, a good one between any two: all bad ones are named, all good ones answered. */
@UsesBroker
class BadRecordsTest {

    private final Stream stream = new Stream(BadRecordsTest.class);
    private final Sample good = Stream.tensor("good", 2, 1);

    @Test
    void everyBadRecordIsADeadLetterWithItsReasonAndHarmsNoNeighbour() throws Exception {
        // Given
        Map<String, ProducerRecord<byte[], byte[]>> bad = badRecords();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : bad.values()) {
            records.add(stream.sample(0, good));
            records.add(record);
        }
        records.add(stream.sample(0, good));
        stream.write(records);

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE);
                Stream.Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(records.size());

            // Then
            assertThat(running.pipeline.isReady()).isTrue();
            assertThat(running.pipeline.problem()).isEmpty();
            assertThat(running.metrics.deadLetters()).isEqualTo(bad.size());
        }
        assertThat(stream.outputs())
                .hasSize(bad.size() + 1)
                .allSatisfy(output -> assertThat(output.getSample()).isEqualTo(good));
        List<ConsumerRecord<byte[], byte[]>> letters = stream.deadLetters();
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
    }

    @Test
    void allAreDifferent() {
        Set<List<Object>> inputs = new HashSet<>();
        badRecords()
                .values()
                .forEach(record -> inputs.add(List.of(
                        Arrays.hashCode(record.value()),
                        String.valueOf(CloudEvents.text(record.headers(), CloudEvents.TYPE)))));
        assertThat(inputs).hasSameSizeAs(badRecords().keySet()).hasSizeGreaterThanOrEqualTo(40);
    }

    /** By reason and what it is. */
    private Map<String, ProducerRecord<byte[], byte[]>> badRecords() {
        Map<String, ProducerRecord<byte[], byte[]>> bad = new LinkedHashMap<>();
        byte[] whole = good.toByteArray();
        bad.put("malformed: no value", of("wildstream.v1.Sample", null));
        bad.put("malformed: text", of("wildstream.v1.Sample", "hello".getBytes(UTF_8)));
        bad.put("malformed: json", of(null, "{\"id\":\"a\"}".getBytes(UTF_8)));
        bad.put("malformed: no bytes", of(null, new byte[0]));
        for (int i = 1; i <= 8; i++) {
            byte[] noise = new byte[32 * i];
            new Random(i).nextBytes(noise);
            noise[0] = 7;
            bad.put("malformed: noise " + i, of("wildstream.v1.Sample", noise));
        }
        for (int length : new int[] {1, 3, 10, whole.length - 1}) {
            bad.put("malformed: cut after " + length, of("wildstream.v1.Sample", Arrays.copyOf(whole, length)));
        }
        for (String type :
                List.of("", "wildstream.v2.Sample", "wildstream.v1.TeacherOutput", "text", "x".repeat(5000))) {
            bad.put("malformed: type " + type.length(), of(type, whole));
        }
        bad.put("malformed: no id", sample(good.toBuilder().clearId()));
        bad.put("malformed: an id of 257 characters", sample(good.toBuilder().setId("x".repeat(257))));
        bad.put("malformed: an id of 100000 characters", sample(good.toBuilder().setId("y".repeat(100_000))));
        for (int[] marker :
                new int[][] {{1, 3}, {-1, 3}, {0, 0}, {0, -1}, {7, 8}, {0, 1}, {0, 4}, {0, Integer.MAX_VALUE}}) {
            bad.put("malformed: end of " + marker[0] + " of " + marker[1], end(marker[0], marker[1]));
        }
        bad.put("malformed: an end that is none", of("wildstream.v1.EndOfStream", "end".getBytes(UTF_8)));
        bad.put("empty: no payload", sample(good.toBuilder().clearPayload()));
        bad.put("unsupported_content_type: none", sample(good.toBuilder().clearContentType()));
        bad.put("unsupported_content_type: svg", sample(good.toBuilder().setContentType("image/svg+xml")));
        bad.put("undecodable: no png", sample(good.toBuilder().setContentType("image/png")));
        bad.put("undecodable: no jpeg", sample(good.toBuilder().setContentType("image/jpeg")));
        bad.put("wrong_shape: 3x3", sample(Stream.tensor("s", 3, 1).toBuilder()));
        bad.put("wrong_shape: 5 bytes", sample(good.toBuilder().setPayload(ByteString.copyFrom(new byte[5]))));
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 7}) {
            bad.put("non_finite: " + value, sample(floats(value)));
        }
        return bad;
    }

    private Sample.Builder floats(float value) {
        byte[] values = ByteBuffer.allocate(16)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putFloat(8, value)
                .array();
        return good.toBuilder()
                .setContentType("application/x-tensor;dtype=float32;shape=1,2,2")
                .setPayload(ByteString.copyFrom(values));
    }

    private ProducerRecord<byte[], byte[]> sample(Sample.Builder sample) {
        return stream.sample(0, sample.build());
    }

    private ProducerRecord<byte[], byte[]> end(int partition, int partitions) {
        return of(
                "wildstream.v1.EndOfStream",
                EndOfStream.newBuilder()
                        .setSourcePartition(partition)
                        .setPartitions(partitions)
                        .build()
                        .toByteArray());
    }

    private ProducerRecord<byte[], byte[]> of(String type, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(stream.topics().samples(), 0, null, "key".getBytes(UTF_8), value);
        Headers headers = record.headers();
        if (type != null) {
            headers.add(CloudEvents.TYPE, type.getBytes(UTF_8));
        }
        return record;
    }
}
