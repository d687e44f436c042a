// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private enum Reason {
        WRONG_SHAPE
    }

    @Test
    void keepsTheOriginalAndSaysWhy() {
        // Given
        byte[] key = {1};
        byte[] value = {2, 3};
        ConsumerRecord<byte[], byte[]> original = new ConsumerRecord<>("wildstream.samples", 3, 42L, key, value);
        original.headers().add("traceparent", new byte[] {9});

        // When
        var letter =
                DeadLetters.of(new Topics("wildstream"), Stage.TEACHER, original, Reason.WRONG_SHAPE, "x".repeat(2000));

        // Then
        assertThat(letter.topic()).isEqualTo("wildstream.teacher-dlq");
        assertThat(letter.key()).isSameAs(key);
        assertThat(letter.value()).isSameAs(value);
        assertThat(letter.headers().lastHeader("traceparent").value()).containsExactly(9);
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON)).isEqualTo("wrong_shape");
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.STAGE)).isEqualTo("teacher");
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.TOPIC)).isEqualTo("wildstream.samples");
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.PARTITION)).isEqualTo("3");
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.OFFSET)).isEqualTo("42");
        assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL)).hasSize(1000);
    }

    @Test
    void eventTypeTellsAnEndMarkerFromASample() {
        var sample = CloudEvents.headers(Sample.getDefaultInstance(), "a", "/wildstream/gateway");
        var end = CloudEvents.headers(EndOfStream.getDefaultInstance(), "0", "/wildstream/gateway");

        assertThat(CloudEvents.text(sample, CloudEvents.TYPE)).isEqualTo("wildstream.v1.Sample");
        assertThat(CloudEvents.text(sample, CloudEvents.SPEC_VERSION)).isEqualTo("1.0");
        assertThat(CloudEvents.isEndOfStream(sample)).isFalse();
        assertThat(CloudEvents.isEndOfStream(end)).isTrue();
    }
}
