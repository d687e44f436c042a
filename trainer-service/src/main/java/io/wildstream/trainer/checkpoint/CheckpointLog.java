// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code checkpoints} topic for one student, written in transactions under an id of the student's own: who opens it last is the
 * student's one trainer, every earlier one is fenced. Thread safe: a renewal and a checkpoint wait for each other.
 */
public final class CheckpointLog implements CheckpointCommits {

    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointLog.class);
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;
    private static final int MAX_ATTEMPTS = 5;

    private final Map<String, Object> clientProperties;
    private final Topics topics;
    private final String student;
    private final LeaseHolder holder;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * Takes over the student; an unfinished transaction of its last trainer is aborted first.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     */
    public CheckpointLog(Map<String, ?> clientProperties, Topics topics, String student) {
        this.clientProperties = new HashMap<>(clientProperties);
        this.topics = topics;
        this.student = student;
        this.holder = new LeaseHolder(this.clientProperties, group());
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + "-student-" + student);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        holder.succeed();
    }

    @Override
    public List<CheckpointManifest> committed() {
        return CheckpointHistory.read(clientProperties, topics, student);
    }

    @Override
    public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
        transact(() -> {
            for (ProducerRecord<byte[], byte[]> letter : deadLetters) {
                var unused = producer.send(letter);
            }
            var unused = producer.send(new ProducerRecord<>(
                    topics.checkpoints(),
                    null,
                    student.getBytes(StandardCharsets.UTF_8),
                    manifest.toByteArray(),
                    CloudEvents.headers(manifest, student + "/" + manifest.getStep(), "/wildstream/trainer")));
        });
    }

    @Override
    public void renew(TopicPartition curriculum, long nextOffset) {
        transact(() -> sendRenewal(curriculum, nextOffset));
    }

    void sendRenewal(TopicPartition curriculum, long nextOffset) {
        producer.sendOffsetsToTransaction(
                Map.of(curriculum, holder.sign(nextOffset)), new ConsumerGroupMetadata(group()));
    }

    /** The consumer group under which Kafka's tools show how far the student has come. */
    private String group() {
        return topics.prefix() + ".student-" + student;
    }

    /** A transaction at a time, whole or fenced. */
    synchronized void transact(Runnable content) {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.beginTransaction();
                content.run();
                finish();
                return;
            } catch (KafkaException e) {
                if (isFenced(e)) {
                    throw fenced(e);
                }
                abort(e);
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                LOGGER.warn("transaction not committed, trying again attempt={} cause={}", attempt, e.toString());
            }
        }
    }

    private void finish() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                // whether it was committed is unknown: only asking again for the same commit can tell
                if (attempt == MAX_ATTEMPTS) {
                    throw new IllegalStateException("Kafka does not say whether a transaction was committed", e);
                }
            }
        }
    }

    /** Fails when the transaction cannot be undone: only a new trainer can continue then. */
    private void abort(KafkaException cause) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            e.addSuppressed(cause);
            if (isFenced(e)) {
                throw fenced(e);
            }
            throw e;
        }
    }

    private RuntimeException fenced(KafkaException e) {
        return holder.changed()
                ? new FencedException(student, e)
                : new IllegalStateException(
                        "Kafka has aborted a transaction of student '" + student
                                + "' that made no progress for more than " + TRANSACTION_TIMEOUT_MILLIS / 1000
                                + " s, and no other trainer has taken over",
                        e);
    }

    private static boolean isFenced(KafkaException e) {
        return isFence(e) || isFence(e.getCause());
    }

    private static boolean isFence(@Nullable Throwable e) {
        return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
