// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of {@code control}: one change at a time, each the next generation of its key. A change and what belongs to it in other
 * topics are one Kafka transaction, so both happen or neither. A second gateway of the same topic prefix takes the transactional id over;
 * the first then reads {@code control} again before its next change, so generations stay in order.
 */
@Singleton
public class ControlWriter {

    private static final Logger LOGGER = LoggerFactory.getLogger(ControlWriter.class);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int IDLE_SECONDS = 30;
    private static final int CLOSE_SECONDS = 15;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final Kafka kafka;
    private final ClusterState state;
    /** The only one that writes, so that an interrupted caller interrupts no transaction. */
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "control-writer"));
    /** Only for the thread. */
    private @Nullable Producer<String, byte[]> producer;
    /** Newest records as this writer knows them while it has the producer. Only for the thread. */
    private Map<String, ControlRecord> newest = Map.of();

    ControlWriter(Kafka kafka, ClusterState state) {
        this.kafka = kafka;
        this.state = state;
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * A change of a key.
     *
     * @param record the new record; its generation is set by the writer
     * @param alongside what is written in the same transaction
     */
    public record Change(ControlRecord record, List<ProducerRecord<String, byte[]>> alongside) {}

    /**
     * Changes a key and returns its newest record once {@link ClusterState} shows it too.
     *
     * @param decide returns the change for the newest record (null if there is none), or null for no change; what it throws is rethrown
     * @throws io.grpc.StatusRuntimeException UNAVAILABLE when Kafka does not answer
     */
    public ControlRecord change(String key, Function<@Nullable ControlRecord, @Nullable Change> decide) {
        ControlRecord written = writeNext(key, decide);
        try {
            boolean seen = state.await(
                    () -> {
                        ControlRecord shown = state.control(key);
                        return shown != null && shown.getGeneration() >= written.getGeneration();
                    },
                    READ_TIMEOUT);
            if (!seen) {
                LOGGER.warn("control is read late key={} generation={}", key, written.getGeneration());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return written;
    }

    /** A caller that is interrupted is let go; its change is then made whole, or not at all if it has not begun. */
    private ControlRecord writeNext(String key, Function<@Nullable ControlRecord, @Nullable Change> decide) {
        Future<ControlRecord> written = submit(() -> write(key, decide));
        try {
            return written.get();
        } catch (InterruptedException e) {
            written.cancel(false);
            Thread.currentThread().interrupt();
            throw ApiErrors.stopping();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private Future<ControlRecord> submit(Callable<ControlRecord> write) {
        try {
            return thread.submit(write);
        } catch (RejectedExecutionException e) {
            throw ApiErrors.stopping();
        }
    }

    private ControlRecord write(String key, Function<@Nullable ControlRecord, @Nullable Change> decide) {
        Producer<String, byte[]> open = open();
        ControlRecord before = newest.get(key);
        Change change = decide.apply(before);
        if (change == null) {
            if (before == null) {
                throw new IllegalStateException("no change of the absent key " + key);
            }
            return before;
        }
        ControlRecord next = change.record().toBuilder()
                .setGeneration(before == null ? 1 : before.getGeneration() + 1)
                .build();
        commit(open, new ProducerRecord<>(kafka.topics().control(), key, next.toByteArray()), change.alongside());
        newest.put(key, next);
        LOGGER.info("control changed key={} generation={}", key, next.getGeneration());
        return next;
    }

    private void commit(
            Producer<String, byte[]> open,
            ProducerRecord<String, byte[]> record,
            List<ProducerRecord<String, byte[]>> alongside) {
        try {
            open.beginTransaction();
            var unused = open.send(record);
            for (ProducerRecord<String, byte[]> other : alongside) {
                unused = open.send(other);
            }
            open.commitTransaction();
        } catch (KafkaException e) {
            abandonProducer(e);
            throw ApiErrors.unavailable(
                    "Kafka did not confirm the change; read the current state before trying again: " + e.getMessage());
        }
    }

    private Producer<String, byte[]> open() {
        Producer<String, byte[]> open = producer;
        if (open != null) {
            return open;
        }
        Map<String, Object> properties = kafka.client();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, kafka.topics().prefix() + ".gateway");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        open = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        producer = open;
        try {
            open.initTransactions();
            newest = new HashMap<>(state.controlNow(READ_TIMEOUT));
            return open;
        } catch (KafkaException e) {
            abandonProducer(e);
            throw ApiErrors.unavailable("Kafka does not answer: " + e.getMessage());
        }
    }

    private void abandonProducer(KafkaException cause) {
        LOGGER.warn("control writer starts over cause={}", cause.toString());
        Producer<String, byte[]> broken = producer;
        producer = null;
        if (broken != null) {
            broken.close(Duration.ZERO);
        }
    }

    @PreDestroy
    void close() {
        thread.execute(() -> {
            if (producer != null) {
                producer.close(Duration.ofSeconds(5));
            }
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
