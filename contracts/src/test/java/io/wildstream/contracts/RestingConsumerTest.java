// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

@UsesBroker
class RestingConsumerTest {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int ROUNDS = 4;

    private final TopicPartition partition = new TopicPartition(TestBroker.prefix(RestingConsumerTest.class), 0);
    private final AtomicLong clock = new AtomicLong();

    @Test
    void aSilentTopicIsAskedLessOften() {
        // Given
        try (RestingConsumer consumer = consumer()) {
            double busy = fetchesOf(consumer);

            // When
            clock.addAndGet(Duration.ofSeconds(11).toNanos());
            double silent = fetchesOf(consumer);

            // Then
            assertThat(silent).isBetween(1.0, ROUNDS + 1.0);
            assertThat(busy).isGreaterThan(2 * silent);
        }
    }

    @Test
    void whatComesAfterASilenceIsReadAndEndsIt() {
        // Given
        try (RestingConsumer consumer = consumer()) {
            clock.addAndGet(Duration.ofSeconds(11).toNanos());
            assertThat(consumer.poll(POLL)).isEmpty();

            // When
            TestLog.write(List.of(new ProducerRecord<>(partition.topic(), 0, new byte[] {1}, new byte[] {2})));
            await().until(() -> !consumer.poll(POLL).isEmpty());

            // Then
            double before = fetches(consumer);
            consumer.poll(POLL);
            assertThat(fetches(consumer) - before).isGreaterThan(2);
        }
    }

    @Test
    void aWakeUpEndsItsRest() throws Exception {
        // Given
        try (RestingConsumer consumer = consumer()) {
            clock.addAndGet(Duration.ofSeconds(11).toNanos());
            CompletableFuture<Void> woken = CompletableFuture.runAsync(consumer::wakeup);

            // When // Then
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            consumer.poll(POLL);
                        }
                    })
                    .isInstanceOf(WakeupException.class);
            woken.get();
        }
    }

    private RestingConsumer consumer() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(new NewTopic(partition.topic(), Optional.of(1), Optional.empty())));
        }
        Map<String, Object> settings = TestBroker.get().client();
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        RestingConsumer consumer = new RestingConsumer(settings, clock::get);
        consumer.assign(List.of(partition));
        await().until(() -> {
            consumer.poll(POLL);
            return fetches(consumer) > 0;
        });
        return consumer;
    }

    private static double fetchesOf(RestingConsumer consumer) {
        double before = fetches(consumer);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(consumer.poll(POLL)).isEmpty();
        }
        return fetches(consumer) - before;
    }

    private static double fetches(RestingConsumer consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("fetch-total"))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .sum();
    }
}
