// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an instance's heartbeat to the topic {@link Topics#status} of its kind every two seconds, at once when something changed, and a
 * last one, marked as stopped, at a clean end. A heartbeat that Kafka does not take is dropped: the next one reports the same.
 */
public final class StatusReporter implements AutoCloseable {

    /** Time between two heartbeats. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);
    /** Age of its newest heartbeat from which an instance is considered dead. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(StatusReporter.class);

    private final String topic;
    private final InstanceStatus identity;
    private final Consumer<InstanceStatus.Builder> detail;
    private final Producer<String, byte[]> producer;
    private final ScheduledExecutorService timer;

    /**
     * Starts to report.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     * @param instance unique and stable over restarts, such as {@code teacher-0}
     * @param detail adds what the service reports: observed generations, problem, detail; called on the reporter's thread
     */
    public StatusReporter(
            Map<String, ?> clientProperties,
            Topics topics,
            String instance,
            ServiceKind service,
            Consumer<InstanceStatus.Builder> detail) {
        this.topic = topics.status(service);
        this.detail = detail;
        this.identity = InstanceStatus.newBuilder()
                .setInstance(instance)
                .setService(service)
                .setStarted(now())
                .build();
        Map<String, Object> properties = new TreeMap<>(clientProperties);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4000);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "status-" + instance);
            thread.setDaemon(true);
            return thread;
        });
        var unused = timer.scheduleAtFixedRate(() -> send(false), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reports soon, without waiting for the interval. */
    public void reportNow() {
        if (!timer.isShutdown()) {
            timer.execute(() -> send(false));
        }
    }

    /** Sends the last heartbeat and stops. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
                LOGGER.warn("heartbeat still in progress at the end instance={}", identity.getInstance());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        send(true);
        producer.close(Duration.ofSeconds(5));
    }

    private static Timestamp now() {
        java.time.Instant now = java.time.Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    private void send(boolean stopped) {
        try {
            InstanceStatus.Builder status = identity.toBuilder();
            detail.accept(status);
            status.setTime(now()).setStopped(stopped);
            var unused = producer.send(new ProducerRecord<>(
                    topic, identity.getInstance(), status.build().toByteArray()));
        } catch (RuntimeException e) {
            LOGGER.warn("heartbeat dropped instance={} cause={}", identity.getInstance(), e.toString());
        }
    }
}
