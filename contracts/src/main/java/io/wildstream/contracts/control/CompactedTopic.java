// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import io.wildstream.contracts.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest value of each key of a compacted one-partition topic, kept up to date by a thread of its own. Listeners are called on that
 * thread, in the order of the log. A value that cannot be parsed is logged and skipped.
 *
 * @param <V> what a value is parsed to
 */
public class CompactedTopic<V> implements AutoCloseable {

    /** Parses a value. */
    @FunctionalInterface
    public interface Parser<V> {
        /** Returns the value, or throws when the bytes cannot be parsed. */
        V parse(byte[] bytes) throws Exception;
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CompactedTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(250), Duration.ofSeconds(2));

    private final TopicPartition partition;
    private final Parser<V> parser;
    private final BiConsumer<String, V> listener;
    private final Consumer<String, byte[]> consumer;
    private final Map<String, V> newest = new ConcurrentHashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Backoff backoff;

    /**
     * Starts reading at the beginning.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     * @param listener called for each value read, the old ones at the start included
     */
    public CompactedTopic(
            Map<String, ?> clientProperties, String topic, Parser<V> parser, BiConsumer<String, V> listener) {
        this.partition = new TopicPartition(topic, 0);
        this.parser = parser;
        this.listener = listener;
        this.backoff = new Backoff("read topic " + topic, PAUSES, Backoff.Sleeper.until(stopping));
        Map<String, Object> properties = new TreeMap<>(clientProperties);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "read-" + topic);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The newest values by key; a live, thread-safe view. */
    public Map<String, V> newest() {
        return java.util.Collections.unmodifiableMap(newest);
    }

    /** Waits until everything that was in the topic at the start has been read. Returns whether it was in time. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops reading. */
    @Override
    public void close() {
        stopping.countDown();
        consumer.wakeup();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (stopping.getCount() > 0) {
                poll();
            }
        } catch (WakeupException e) {
            LOGGER.debug("stopped reading topic={}", partition.topic());
        } catch (RuntimeException e) {
            LOGGER.error("stopped reading topic={}", partition.topic(), e);
        }
    }

    private void poll() {
        try {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            backoff.succeeded();
            if (caughtUp.getCount() > 0 && consumer.currentLag(partition).orElse(1) == 0) {
                caughtUp.countDown();
            }
        } catch (org.apache.kafka.common.errors.RetriableException e) {
            LOGGER.warn("waiting for topic={} cause={}", partition.topic(), e.getMessage());
        } catch (AuthenticationException | AuthorizationException e) {
            // Rights and passwords may change while services run: what was read stays valid until they are right again.
            pauseAfter(e);
        }
    }

    private void pauseAfter(RuntimeException refusal) {
        try {
            var unused = backoff.retry(refusal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        if (record.value() == null) {
            newest.remove(record.key());
            return;
        }
        try {
            V value = parser.parse(record.value());
            newest.put(record.key(), value);
            listener.accept(record.key(), value);
        } catch (Exception e) {
            LOGGER.error(
                    "value skipped topic={} key={} offset={} cause={}",
                    record.topic(),
                    record.key(),
                    record.offset(),
                    e.toString());
        }
    }
}
