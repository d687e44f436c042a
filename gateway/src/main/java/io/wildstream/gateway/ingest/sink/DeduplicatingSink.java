// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a sample unless a deduplicating sink, of this gateway or another, has already stored one with the same id.
 *
 * <p>One thread takes the waiting samples, looks their ids up in the window of known ids, and writes new samples and their ids in one
 * transaction. After any failure it opens the {@link IdTransactions} again, so that the outcome of a transaction is known before the next
 * id is looked up.
 */
@Singleton
public class DeduplicatingSink implements SampleSink {

    /** A sample on its way. */
    private static final class Pending {
        private final ProducerRecord<String, byte[]> record;
        private final IdHash id;
        private final Consumer<StoreOutcome> settled;
        private boolean ended;

        Pending(ProducerRecord<String, byte[]> record, Consumer<StoreOutcome> settled) {
            this.record = record;
            this.id = IdHash.of(record.key());
            this.settled = settled;
        }

        /** Reports the outcome unless one was reported before. */
        void end(StoreOutcome outcome) {
            if (!ended) {
                ended = true;
                settled.accept(outcome);
            }
        }
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(DeduplicatingSink.class);
    private static final int BATCH_RECORDS = 4096;
    private static final int BATCH_BYTES = 16 << 20;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final String samples;
    private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "ingest-unique");
    /** Only for the thread, as is the next. */
    private final KnownIds known;

    private final IdTransactions transactions;
    private volatile boolean closed;

    DeduplicatingSink(Kafka kafka, GatewayConfig config) {
        samples = kafka.topics().samples();
        known = new KnownIds(
                kafka.client(), kafka.topics().ingestedIds(), config.gateway().deduplicationWindow(), READ_TIMEOUT);
        transactions = new IdTransactions(kafka, config, known);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void store(Sample sample, byte[] value, Consumer<StoreOutcome> settled) {
        Pending added = new Pending(SampleRecords.of(samples, sample, value), settled);
        waiting.add(added);
        if (closed && waiting.remove(added)) {
            added.end(new StoreOutcome.Failed(stopping()));
        }
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
            transactions.abandon();
            List<Pending> left = new ArrayList<>();
            waiting.drainTo(left);
            fail(left, stopping());
        }
    }

    /** Stores what waits; returns false when it was interrupted. */
    private boolean storeNext() {
        List<Pending> batch = List.of();
        try {
            batch = next();
            store(batch);
        } catch (InterruptedException | InterruptException e) {
            fail(batch, stopping());
            return false;
        } catch (KafkaException e) {
            LOGGER.warn("samples not stored, transactions start over samples={} cause={}", batch.size(), e.toString());
            transactions.abandon();
            fail(batch, e);
        } catch (RuntimeException e) {
            LOGGER.error("samples not stored, transactions start over samples={}", batch.size(), e);
            transactions.abandon();
            fail(batch, e);
        }
        return true;
    }

    /** What waits: at least one sample and at most as much as one transaction may hold. */
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
        transactions.open();
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
        Map<IdHash, SamplePosition> written = commit(fresh);
        written.forEach((id, position) -> known.add(id, position.getPartition(), position.getOffset()));
        positions.putAll(written);
        written.forEach((id, position) -> of(fresh, id).end(new StoreOutcome.Stored(position)));
        repeated.forEach(one -> one.end(outcomeOfRepeated(positions.get(one.id))));
    }

    private Map<IdHash, SamplePosition> commit(Map<IdHash, Pending> fresh) {
        Map<IdHash, ProducerRecord<String, byte[]>> records = new LinkedHashMap<>();
        fresh.forEach((id, one) -> records.put(id, one.record));
        return transactions.commit(records, id -> of(fresh, id).end(tooLarge("Kafka takes no record of its size")));
    }

    private static StoreOutcome outcomeOfRepeated(@Nullable SamplePosition first) {
        return first == null ? tooLarge("so was the first sample with this id") : new StoreOutcome.Duplicate(first);
    }

    private static StoreOutcome tooLarge(String message) {
        return new StoreOutcome.TooLarge(new RecordTooLargeException(message));
    }

    private static KafkaException stopping() {
        return new KafkaException("the gateway is stopping");
    }

    private static void fail(List<Pending> batch, Exception cause) {
        batch.forEach(one -> one.end(StoreOutcome.ofFailure(cause)));
    }

    private static Pending of(Map<IdHash, Pending> fresh, IdHash id) {
        return Objects.requireNonNull(fresh.get(id));
    }
}
