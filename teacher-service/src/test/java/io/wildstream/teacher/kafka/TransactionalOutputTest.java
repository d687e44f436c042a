// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.teacher.BrokenInvariantException;
import io.wildstream.teacher.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@UsesBroker
class TransactionalOutputTest {

    private final Stream stream = new Stream(TransactionalOutputTest.class);
    private final TopicPartition input = new TopicPartition(stream.topics().samples(), 0);
    private final ConsumerGroupMetadata group =
            new ConsumerGroupMetadata(stream.topics().prefix() + ".teacher");

    @Test
    void leavesNothingOfATransactionThatFailedHalfway() throws Exception {
        // Given
        try (TransactionalOutput output = output()) {
            output.reset();
            Iterable<ProducerRecord<byte[], byte[]>> breaking = () -> IntStream.range(0, 100)
                    .mapToObj(number -> {
                        if (number == 50) {
                            throw new IllegalStateException("no record 50");
                        }
                        return record("half-" + number);
                    })
                    .iterator();

            // When
            assertThatThrownBy(() -> output.write(breaking, offset(100), group)).hasMessage("no record 50");
            assertThatThrownBy(() -> output.write(List.of(), Map.of(), group)).hasMessage("not reset after a failure");
            output.reset();
            output.write(List.of(record("whole")), offset(1), group);
        }

        // Then
        assertThat(values()).containsExactly("whole");
        assertThat(committedOffset()).isEqualTo(1);
    }

    @Test
    void refusesToGoOnWhenAnotherProducerTookOver() throws Exception {
        // Given
        try (TransactionalOutput older = output();
                TransactionalOutput newer = output()) {
            older.reset();
            older.write(List.of(record("older")), offset(1), group);
            newer.reset();
            newer.write(List.of(record("newer")), offset(2), group);

            // When
            assertThatThrownBy(() -> older.write(List.of(record("zombie")), offset(1), group))
                    .isInstanceOf(BrokenInvariantException.class)
                    .hasMessageContaining("wildstream.instance");
        }

        // Then
        assertThat(values()).containsExactly("older", "newer");
        assertThat(committedOffset()).isEqualTo(2);
    }

    private TransactionalOutput output() {
        return new TransactionalOutput(
                ClientSettings.producer(TestBroker.get().client(), stream.settings("teacher-0")),
                new SimpleMeterRegistry());
    }

    private ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>(stream.topics().teacherOutputs(), 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private Map<TopicPartition, OffsetAndMetadata> offset(long next) {
        return Map.of(input, new OffsetAndMetadata(next));
    }

    private List<String> values() {
        return TestLog.committed(stream.topics().teacherOutputs()).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private long committedOffset() throws Exception {
        try (var admin = TestBroker.get().admin()) {
            return admin.listConsumerGroupOffsets(group.groupId())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(input)
                    .offset();
        }
    }
}
