// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FailurePolicyTest {

    private long now = Long.MAX_VALUE - 7;
    private final FailurePolicy policy = new FailurePolicy(() -> now, () -> {});

    @Test
    void shouldReplaceAThreadThatKafkaFailed() {
        // Given
        Throwable failure = new StreamsException("send", new TimeoutException("no answer"));

        // When
        var response = policy.handle(failure);

        // Then
        assertThat(response).isEqualTo(REPLACE_THREAD);
        assertThat(policy.problem()).isEmpty();
    }

    @Test
    void shouldReplaceAThreadWhoseCommitHadAnUnexpectedAnswer() {
        // Given: what Kafka 4.1 makes of a transaction that the broker times out at the moment of its commit
        Throwable failure = new StreamsException(
                "Error encountered trying to commit a transaction",
                new KafkaException("Unhandled error in EndTxnResponse: The server experienced an unexpected error"));

        // When
        var response = policy.handle(failure);

        // Then
        assertThat(response).isEqualTo(REPLACE_THREAD);
    }

    @Test
    void shouldStopWhenFencedRefusedOrBroken() {
        // Given
        FailurePolicy another = new FailurePolicy(() -> now, () -> {});

        // When
        var fenced = another.handle(new StreamsException(new ProducerFencedException("namesake")));
        var refused = another.handle(new TopicAuthorizationException("no"));
        var broken = policy.handle(new StreamsException(new IllegalStateException("impossible")));

        // Then
        assertThat(fenced).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(refused).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(broken).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(policy.problem()).contains("impossible");
    }

    @Test
    void shouldReplaceAThreadThatMetMorePartitionsOnceTheChangelogHasThem() {
        // Given: what Kafka Streams 4.1 throws
        Throwable failure = new StreamsException(
                "Existing internal topic a-changelog has invalid partitions: expected: 4; actual: 2. Use ... tool");
        AtomicInteger followed = new AtomicInteger();
        FailurePolicy able = new FailurePolicy(() -> now, followed::incrementAndGet);
        FailurePolicy unable = new FailurePolicy(() -> now, () -> {
            throw new IllegalStateException("run this command");
        });

        // When
        var replaced = able.handle(failure);
        var stopped = unable.handle(failure);

        // Then
        assertThat(replaced).isEqualTo(REPLACE_THREAD);
        assertThat(followed).hasValue(1);
        assertThat(able.problem()).isEmpty();
        assertThat(stopped).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(unable.problem()).contains("run this command");
    }

    @Test
    void shouldLookAtTheChangelogAgainWhereKafkaDidNotAnswer() {
        // Given
        FailurePolicy slow = new FailurePolicy(() -> now, () -> {
            throw new TimeoutException("topics are not described yet");
        });

        // When
        var response = slow.handle(new StreamsException("Existing internal topic a-changelog has invalid partitions"));

        // Then
        assertThat(response).isEqualTo(REPLACE_THREAD);
        assertThat(slow.problem()).isEmpty();
    }

    @Test
    void shouldGiveUpWhenTroubleDoesNotEndButForgetOldTrouble() {
        // Given
        for (int i = 0; i < FailurePolicy.MAX_REPLACEMENTS; i++) {
            policy.handle(new DisconnectException());
        }
        now += FailurePolicy.PERIOD.plusSeconds(1).toNanos();

        for (int i = 0; i < FailurePolicy.MAX_REPLACEMENTS; i++) {
            // When
            var response = policy.handle(new DisconnectException());

            // Then
            assertThat(response).isEqualTo(REPLACE_THREAD);
        }
        assertThat(policy.handle(new DisconnectException())).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(policy.problem()).contains("DisconnectException");
    }
}
