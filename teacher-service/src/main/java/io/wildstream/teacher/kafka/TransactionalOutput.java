// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.wildstream.teacher.BrokenInvariantException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One transaction after the other under one transactional id. After any failure the producer is thrown away: its successor's start makes
 * the broker end the open transaction, whatever became of it, so that the committed offsets then show what happened.
 */
final class TransactionalOutput implements AutoCloseable {

    private final Map<String, Object> properties;
    private final MeterRegistry registry;
    private @Nullable Producer<byte[], byte[]> producer;
    private @Nullable KafkaClientMetrics meters;
    private long begunNanos;

    TransactionalOutput(Map<String, Object> properties, MeterRegistry registry) {
        this.properties = properties;
        this.registry = registry;
    }

    /** Ends whatever transaction of this id is open, fences older producers of it, and makes ready for a new one. */
    void reset() {
        discard();
        Producer<byte[], byte[]> fresh =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            fresh.initTransactions();
        } catch (RuntimeException e) {
            fresh.close(Duration.ZERO);
            throw translated(e, false);
        }
        producer = fresh;
        meters = new KafkaClientMetrics(fresh);
        meters.bindTo(registry);
    }

    /**
     * Writes records and offsets in one transaction.
     *
     * @throws BrokenInvariantException when another producer of this id has taken over
     */
    void write(
            Iterable<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            throw new IllegalStateException("not reset after a failure");
        }
        begunNanos = System.nanoTime();
        try {
            current.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                // A failed send fails the commit.
                var unused = current.send(record);
            }
            current.sendOffsetsToTransaction(offsets, group);
            current.commitTransaction();
        } catch (RuntimeException e) {
            discard();
            throw translated(e, sinceBegin().toMillis() < ClientSettings.TRANSACTION_TIMEOUT_MILLIS);
        }
    }

    /** Throws the producer away without waiting for anything that it may still want to send. */
    void discard() {
        close(Duration.ZERO);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    private void close(Duration timeout) {
        if (meters != null) {
            meters.close();
            meters = null;
        }
        if (producer != null) {
            producer.close(timeout);
            producer = null;
        }
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /** Whether Kafka does not let this process write, rather than that another one took over. */
    static boolean isRefusal(BrokenInvariantException failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof AuthorizationException || cause instanceof AuthenticationException);
    }

    /**
     * The failure as the pipeline must see it. The broker answers alike when it ended a transaction that took too long and when another
     * producer took over; a young transaction cannot have timed out.
     */
    private RuntimeException translated(RuntimeException failure, boolean young) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean fenced = cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException;
            if ((fenced && young) || cause instanceof FencedInstanceIdException) {
                return new BrokenInvariantException(
                        "another process runs as this instance; give each its own wildstream.instance", failure);
            }
            if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
                return new BrokenInvariantException("Kafka refuses this instance: " + cause.getMessage(), failure);
            }
        }
        return failure;
    }
}
