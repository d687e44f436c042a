// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.teacher.OwnSamples;
import io.wildstream.teacher.TeacherSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {

    private static final Map<String, Object> CLIENT =
            Map.of("bootstrap.servers", "localhost:9092", "client.rack", "a", "group.id", "somebody-else");

    @Test
    void readsCommittedRecordsUnderTheNameOfTheInstance() {
        // When
        Map<String, Object> consumer = ClientSettings.consumer(CLIENT, settings("teacher-3", 64, 20, 512));

        // Then
        assertThat(consumer)
                .containsEntry("bootstrap.servers", "localhost:9092")
                .containsEntry("client.rack", "a")
                .containsEntry(ConsumerConfig.GROUP_ID_CONFIG, "acme.teacher")
                .containsEntry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "teacher-3")
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)
                .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 512)
                .containsEntry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        assertThatCode(() -> new ConsumerConfig(consumer)).doesNotThrowAnyException();
    }

    @Test
    void writesInTransactionsOfANameThatIsKeptOverRestarts() {
        // When
        Map<String, Object> producer = ClientSettings.producer(CLIENT, settings("teacher-3", 64, 20, 512));

        // Then
        assertThat(producer)
                .containsEntry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "acme-teacher-teacher-3")
                .containsEntry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, ClientSettings.TRANSACTION_TIMEOUT_MILLIS)
                .containsEntry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        assertThat((int) producer.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG))
                .isGreaterThanOrEqualTo((int) producer.get(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                        + (int) producer.get(ProducerConfig.LINGER_MS_CONFIG));
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        assertThatCode(() -> new ProducerConfig(producer)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 20, 512, 'wildstream.teacher.batch-size must be between 1 and 4096, but is 0'",
        "4097, 20, 512, 'wildstream.teacher.batch-size must be between 1 and 4096, but is 4097'",
        "64, -1, 512, 'wildstream.teacher.max-wait must be between 0s and 10s, but is -1ms'",
        "64, 10001, 512, 'wildstream.teacher.max-wait must be between 0s and 10s, but is 10001ms'",
        "64, 20, 0, 'wildstream.teacher.max-poll-records must be between 1 and 100000, but is 0'",
        "64, 20, 100001, 'wildstream.teacher.max-poll-records must be between 1 and 100000, but is 100001'",
    })
    void refusesAValueOutOfRangeWithItsKey(int batch, long waitMillis, int poll, String message) {
        // When // Then
        assertThatThrownBy(() -> settings("teacher-0", batch, waitMillis, poll))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void acceptsTheEndsOfEachRangeAndReadsOwnSamplesByDefault() {
        // When
        TeacherSettings least = settings("a", 1, 0, 1);
        TeacherSettings most = settings("A._-9", 4096, 10_000, 100_000);

        // Then
        assertThat(least.source()).isEqualTo(OwnSamples.INSTANCE);
        assertThat(most.maxWait()).isEqualTo(Duration.ofSeconds(10));
    }

    private static TeacherSettings settings(String instance, int batch, long waitMillis, int poll) {
        return new TeacherSettings(
                new Topics("acme"),
                instance,
                batch,
                Duration.ofMillis(waitMillis),
                poll,
                VectorEncoding.VECTOR_ENCODING_FLOAT32);
    }
}
