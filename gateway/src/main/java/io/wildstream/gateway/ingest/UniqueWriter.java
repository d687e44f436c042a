// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.IngestedIds;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a sample unless one of its id was stored by such a writer before, whoever that was and whatever became of it.
 *
 * <p>One thread takes what waits, asks the window, and writes new samples and their ids in one transaction, so that both are there or
 * neither is. The transactional id is one for all gateways of a topic prefix: who begins fences the one before, whose open transaction is
 * aborted, and then reads all ids that were ever committed. After any failure it begins anew in the same way, so that a transaction whose
 * outcome is unknown is known before the next sample is looked up.
 */
@Singleton
class UniqueWriter {

    /** What became of a sample; one of the three is called once. */
    interface Outcome {

        /** It is stored. */
        void stored(SamplePosition position);

        /** It is not stored, as one of its id is stored there. */
        void duplicate(SamplePosition first);

        /** It is not known to be stored. */
        void failed(Exception cause);
    }

    /** A sample on its way. */
    private static final class Pending {
        private final ProducerRecord<String, byte[]> record;
        private final IdHash id;
        private final Outcome outcome;
        private boolean ended;

        Pending(ProducerRecord<String, byte[]> record, Outcome outcome) {
            this.record = record;
            this.id = IdHash.of(record.key());
            this.outcome = outcome;
        }

        /** Tells the outcome unless one was told. */
        void end(Consumer<Outcome> told) {
            if (!ended) {
                ended = true;
                told.accept(outcome);
            }
        }
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(UniqueWriter.class);
    private static final int BATCH_RECORDS = 4096;
    private static final int BATCH_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    private final String samples;
    private final String ids;
    private final Map<String, Object> properties;
    private final KnownIds known;
    private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "ingest-unique");
    /** Only for the thread, as below; null while another gateway may have taken over. */
    private @Nullable Producer<String, byte[]> producer;

    private volatile boolean closed;

    UniqueWriter(Kafka kafka, GatewayConfig config) {
        Topics topics = kafka.topics();
        samples = topics.samples();
        ids = topics.ingestedIds();
        properties = SampleWriter.properties(kafka, config);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.instance() + "-ingest-unique");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + ".gateway-ingest");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        known = new KnownIds(kafka.client(), ids, config.gateway().deduplicationWindow(), PATIENCE);
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a sample; its outcome is told on another thread. */
    void write(Sample sample, byte[] value, Outcome outcome) {
        if (closed) {
            outcome.failed(new KafkaException("the gateway stops"));
            return;
        }
        waiting.add(new Pending(SampleWriter.record(samples, sample, value), outcome));
    }

    @PreDestroy
    void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed && storeNext()) {
                LOGGER.trace("stored");
            }
        } finally {
            closed = true;
            abandon();
            fail(new ArrayList<>(waiting), new KafkaException("the gateway stops"));
        }
    }

    /** Stores what waits; returns false when it was interrupted. */
    private boolean storeNext() {
        List<Pending> batch = List.of();
        try {
            batch = next();
            store(batch);
        } catch (InterruptedException | InterruptException e) {
            fail(batch, new KafkaException("the gateway stops"));
            return false;
        } catch (KafkaException e) {
            LOGGER.warn("samples not stored, the writer begins anew samples={} cause={}", batch.size(), e.toString());
            abandon();
            fail(batch, e);
        } catch (RuntimeException e) {
            LOGGER.error("samples not stored, the writer begins anew samples={}", batch.size(), e);
            abandon();
            fail(batch, e);
        }
        return true;
    }

    /** What waits, at least one and at most as much as a transaction shall hold. */
    private List<Pending> next() throws InterruptedException {
        List<Pending> batch = new ArrayList<>();
        int bytes = 0;
        for (Pending one = waiting.take(); one != null; one = waiting.poll()) {
            batch.add(one);
            bytes += one.record.value().length;
            if (batch.size() == BATCH_RECORDS || bytes >= BATCH_BYTES) {
                break;
            }
        }
        return batch;
    }

    private void store(List<Pending> batch) {
        Producer<String, byte[]> current = producer();
        Map<IdHash, SamplePosition> positions = new HashMap<>();
        Map<IdHash, Pending> fresh = new LinkedHashMap<>();
        List<Pending> repeated = new ArrayList<>();
        for (Pending one : batch) {
            SamplePosition first = known.find(one.id);
            if (first != null) {
                positions.put(one.id, first);
            }
            if (first != null || fresh.putIfAbsent(one.id, one) != null) {
                repeated.add(one);
            }
        }
        Map<IdHash, SamplePosition> written = commit(current, fresh);
        written.forEach((id, position) -> known.add(id, position.getPartition(), position.getOffset()));
        positions.putAll(written);
        fresh.forEach((id, one) -> one.end(outcome -> outcome.stored(position(written, id))));
        repeated.forEach(one -> repeat(one, positions.get(one.id)));
    }

    private static void repeat(Pending one, @Nullable SamplePosition first) {
        if (first == null) {
            one.end(outcome -> outcome.failed(new RecordTooLargeException("so was the first sample of this id")));
        } else {
            one.end(outcome -> outcome.duplicate(first));
        }
    }

    /** Writes samples and their ids in a transaction; those that are too large for Kafka end and are taken out of the map. */
    private Map<IdHash, SamplePosition> commit(Producer<String, byte[]> current, Map<IdHash, Pending> fresh) {
        while (!fresh.isEmpty()) {
            current.beginTransaction();
            Map<IdHash, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            KafkaException failure = send(current, fresh, sent);
            if (failure == null) {
                Map<IdHash, SamplePosition> positions = new LinkedHashMap<>();
                sent.forEach((id, future) -> positions.put(id, position(future)));
                var unused = current.send(record(positions));
                current.commitTransaction();
                return positions;
            }
            List<IdHash> tooLarge = sent.entrySet().stream()
                    .filter(entry -> failureOf(entry.getValue()) instanceof RecordTooLargeException)
                    .map(Map.Entry::getKey)
                    .toList();
            if (tooLarge.isEmpty()) {
                throw failure;
            }
            current.abortTransaction();
            for (IdHash id : tooLarge) {
                Pending one = fresh.remove(id);
                if (one != null) {
                    one.end(outcome ->
                            outcome.failed(new RecordTooLargeException("Kafka takes no record of its size")));
                }
            }
        }
        return Map.of();
    }

    /** Sends all and waits for the answers; returns the first failure, or null when all are there. */
    private static @Nullable KafkaException send(
            Producer<String, byte[]> current, Map<IdHash, Pending> fresh, Map<IdHash, Future<RecordMetadata>> sent) {
        try {
            fresh.forEach((id, one) -> sent.put(id, current.send(one.record)));
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

    private ProducerRecord<String, byte[]> record(Map<IdHash, SamplePosition> positions) {
        IngestedIds message = KnownIds.message(positions);
        return new ProducerRecord<>(
                ids,
                0,
                (String) null,
                message.toByteArray(),
                CloudEvents.headers(message, Integer.toString(positions.size()), SampleWriter.SOURCE));
    }

    /** A producer that no other has fenced so far, and the window up to date. */
    private Producer<String, byte[]> producer() {
        Producer<String, byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
            producer = current;
            current.initTransactions();
            known.catchUp();
        }
        return current;
    }

    private void abandon() {
        Producer<String, byte[]> current = producer;
        producer = null;
        if (current != null) {
            current.close(Duration.ZERO);
        }
    }

    private static void fail(List<Pending> batch, Exception cause) {
        batch.forEach(one -> one.end(outcome -> outcome.failed(cause)));
    }

    private static SamplePosition position(Map<IdHash, SamplePosition> positions, IdHash id) {
        return Objects.requireNonNull(positions.get(id));
    }

    private static SamplePosition position(Future<RecordMetadata> sent) {
        try {
            RecordMetadata metadata = sent.get();
            return SamplePosition.newBuilder()
                    .setPartition(metadata.partition())
                    .setOffset(metadata.offset())
                    .build();
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
