// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.wildstream.contracts.Topics;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.Kafka;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One idempotent producer that all plain writes share. A record is on the disks of all in-sync replicas when its callback says so; one
 * that Kafka does not take fails within the delivery timeout.
 */
@Singleton
public class SampleProducer {

    private static final Logger LOGGER = LoggerFactory.getLogger(SampleProducer.class);
    private static final int BATCH_BYTES = 256 * 1024;
    private static final long BATCH_BUFFERS = 32L << 20;
    private static final int LINGER_MILLIS = 10;
    private static final int MAX_BLOCK_MILLIS = 5000;

    private final GatewayMetrics metrics;
    private final Map<String, Object> properties;
    private final Duration deliveryTimeout;
    /** Guarded by "this", as are its meters; replaced when it can never send again. */
    private Producer<String, byte[]> producer;

    private KafkaClientMetrics meters;

    SampleProducer(Kafka kafka, GatewayConfig config, GatewayMetrics metrics) {
        this.metrics = metrics;
        deliveryTimeout = config.gateway().deliveryTimeout();
        properties = properties(kafka, config);
        producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        meters = metrics.producer(producer);
    }

    /** Adds the settings of a producer of samples to those of every client. */
    static Map<String, Object> properties(Kafka kafka, GatewayConfig config) {
        Map<String, Object> client = kafka.client();
        int delivery = Math.toIntExact(config.gateway().deliveryTimeout().toMillis());
        client.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.instance() + "-ingest");
        client.put(ProducerConfig.ACKS_CONFIG, "all");
        client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        client.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        client.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes(config.gateway()));
        client.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(MAX_BLOCK_MILLIS, delivery));
        client.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        client.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(500, delivery / 2 - LINGER_MILLIS));
        return client;
    }

    /** Room for all that may be in flight, and for the batches that are not full: a send waits for room only where these are many. */
    private static long bufferBytes(GatewayConfig.Gateway config) {
        return config.totalInFlightBytes().asLongValue() + BATCH_BUFFERS;
    }

    /** Time after which every record is either stored or failed. */
    public Duration deliveryTimeout() {
        return deliveryTimeout;
    }

    /**
     * Sends a record; the callback comes on the producer's thread, or on this one when the record is refused at once. Blocks up to five
     * seconds while Kafka does not answer or the buffer is full.
     */
    Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, Callback callback) {
        Producer<String, byte[]> used = current();
        return used.send(record, (metadata, failure) -> {
            if (failure != null && isFinal(failure)) {
                replace(used, failure);
            }
            callback.onCompletion(metadata, failure);
        });
    }

    /**
     * Waits for something that depends on a send, up to the delivery timeout.
     *
     * @throws io.grpc.StatusRuntimeException UNAVAILABLE when it fails or takes longer
     */
    public <T> T await(Future<T> sent) {
        try {
            return sent.get(deliveryTimeout.toMillis() + MAX_BLOCK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.stopping();
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw ApiErrors.unavailable("Kafka did not confirm the write: " + cause);
        }
    }

    /** Sends what waits and closes; what is not stored in five seconds fails. */
    @PreDestroy
    void close() {
        Producer<String, byte[]> last;
        synchronized (this) {
            meters.close();
            last = producer;
        }
        last.close(Duration.ofSeconds(5));
    }

    private synchronized Producer<String, byte[]> current() {
        return producer;
    }

    private synchronized void replace(Producer<String, byte[]> broken, Exception failure) {
        if (producer == broken) {
            LOGGER.warn("new producer after a final failure cause={}", failure.toString());
            meters.close();
            producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
            meters = metrics.producer(producer);
            broken.close(Duration.ZERO);
        }
    }

    private static boolean isFinal(Exception failure) {
        return failure instanceof ApiException
                && (failure instanceof AuthenticationException
                        || failure instanceof AuthorizationException
                        || failure instanceof OutOfOrderSequenceException
                        || failure instanceof ProducerFencedException
                        || failure instanceof InvalidProducerEpochException);
    }
}
