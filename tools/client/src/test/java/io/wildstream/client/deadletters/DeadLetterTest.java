// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics.Stage;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTest {

    @Test
    void readsItsHeaders() {
        // Given // When
        DeadLetter letter = letter(Map.of(
                DeadLetters.REASON, "malformed",
                DeadLetters.DETAIL, "no protobuf",
                DeadLetters.TOPIC, "wildstream.samples",
                DeadLetters.PARTITION, "2",
                DeadLetters.OFFSET, "77"));

        // Then
        assertThat(letter.offset()).isEqualTo(5);
        assertThat(letter.reason()).isEqualTo("malformed");
        assertThat(letter.detail()).isEqualTo("no protobuf");
        assertThat(letter.topic()).isEqualTo("wildstream.samples");
        assertThat(letter.partition()).isEqualTo(2);
        assertThat(letter.originalOffset()).isEqualTo(77);
    }

    @Test
    void knowsNothingWithoutHeaders() {
        // Given // When
        DeadLetter letter = letter(Map.of());

        // Then
        assertThat(letter.reason()).isEqualTo("unknown");
        assertThat(letter.detail()).isEmpty();
        assertThat(letter.topic()).isEqualTo("unknown");
        assertThat(letter.partition()).isEqualTo(-1);
        assertThat(letter.originalOffset()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-2", "1.5", "2147483648", "99999999999999999999"})
    void aPartitionThatIsNoneIsUnknown(String partition) {
        // Given // When
        DeadLetter letter = letter(Map.of(DeadLetters.PARTITION, partition));

        // Then
        assertThat(letter.partition()).isEqualTo(-1);
    }

    private static DeadLetter letter(Map<String, String> headers) {
        var record = new ConsumerRecord<>("wildstream.teacher-dlq", 0, 5, new byte[0], new byte[0]);
        headers.forEach((key, value) -> record.headers().add(key, value.getBytes(UTF_8)));
        return new DeadLetter(Stage.TEACHER, record);
    }
}
