// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes samples and their ids in one transaction, so that both are stored or neither is. All gateways of a topic prefix share one
 * transactional id: a gateway that {@link #open opens} fences the one before it, whose open transaction is aborted, and then reads all
 * ids that were ever committed. For one thread.
 */
final class IdTransactions {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final String ids;
    private final Map<String, Object> properties;
    private final KnownIds known;
    /** Null while another gateway may have fenced this one. */
    private @Nullable Producer<String, byte[]> producer;

    IdTransactions(Kafka kafka, GatewayConfig config, KnownIds known) {
        Topics topics = kafka.topics();
        this.ids = topics.ingestedIds();
        this.known = known;
        this.properties = SampleProducer.properties(kafka, config);
        this.properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.instance() + "-ingest-unique");
        this.properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + ".gateway-ingest");
        this.properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MILLIS);
    }

    /** Makes sure that no other gateway has fenced this one, as far as it knows, and that the known ids are up to date. */
    void open() {
        var unused = opened();
    }

    /**
     * Writes samples and their ids.
     *
     * @param fresh records by id; those that are too large for Kafka are taken out
     * @param tooLarge called for each that was taken out
     * @return where the others are stored
     * @throws KafkaException when the transaction did not commit, or is not known to have; {@link #abandon} it then
     */
    Map<IdHash, SamplePosition> commit(Map<IdHash, ProducerRecord<String, byte[]>> fresh, Consumer<IdHash> tooLarge) {
        Producer<String, byte[]> current = opened();
        while (!fresh.isEmpty()) {
            current.beginTransaction();
            Map<IdHash, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            KafkaException failure = send(current, fresh, sent);
            if (failure == null) {
                Map<IdHash, SamplePosition> positions = new LinkedHashMap<>();
                sent.forEach((id, future) -> positions.put(id, position(future)));
                var unused = current.send(
                        SampleRecords.of(ids, 0, KnownIds.message(positions), Integer.toString(positions.size())));
                current.commitTransaction();
                return positions;
            }
            List<IdHash> refused = sent.entrySet().stream()
                    .filter(entry -> failureOf(entry.getValue()) instanceof RecordTooLargeException)
                    .map(Map.Entry::getKey)
                    .toList();
            if (refused.isEmpty()) {
                throw failure;
            }
            current.abortTransaction();
            refused.forEach(fresh::remove);
            refused.forEach(tooLarge);
        }
        return Map.of();
    }

    /** Gives up what is open; the next use fences whoever came in between and reads their ids. */
    void abandon() {
        Producer<String, byte[]> current = producer;
        producer = null;
        if (current != null) {
            current.close(Duration.ZERO);
        }
    }

    private Producer<String, byte[]> opened() {
        Producer<String, byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
            producer = current;
            current.initTransactions();
            known.catchUp();
        }
        return current;
    }

    /** Sends all records and waits until each is settled; returns the first failure, or null when all are stored. */
    private static @Nullable KafkaException send(
            Producer<String, byte[]> current,
            Map<IdHash, ProducerRecord<String, byte[]>> fresh,
            Map<IdHash, Future<RecordMetadata>> sent) {
        try {
            fresh.forEach((id, record) -> sent.put(id, current.send(record)));
            current.flush();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            return e;
        }
        for (Future<RecordMetadata> future : sent.values()) {
            Throwable cause = failureOf(future);
            if (cause != null) {
                return cause instanceof KafkaException known ? known : new KafkaException(cause);
            }
        }
        return null;
    }

    private static SamplePosition position(Future<RecordMetadata> sent) {
        try {
            return SampleRecords.position(sent.get());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    /** Why a send failed; null while it has not. */
    private static @Nullable Throwable failureOf(Future<RecordMetadata> sent) {
        if (!sent.isDone()) {
            return null;
        }
        try {
            sent.get();
            return null;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
