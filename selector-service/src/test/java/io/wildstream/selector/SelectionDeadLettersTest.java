// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.selector.metrics.SelectorMetrics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What the selection cannot use. */
class SelectionDeadLettersTest extends SelectorFixture {

    private static final String DEAD_LETTERS = TOPICS.deadLetters(Stage.SELECTOR);

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
}
