// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that asks Kafka less often while nothing comes. The short waits of fetches that keep latency low under load would ask many
 * times a second for nothing. After ten seconds without a record a poll rests first, for as long as it may wait and at most 250 ms; the
 * first record after such a silence comes later by that, the ones after it do not.
 */
public final class RestingConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_REST = Duration.ofMillis(250);
    /** Takes what has come meanwhile, and gives a rebalance its turn. */
    private static final Duration LOOK = Duration.ofMillis(5);

    private final LongSupplier nanoTime;
    private final Semaphore wakeups = new Semaphore(0);
    private long lastRecord;

    /** @param properties settings of the consumer but the deserializers */
    public RestingConsumer(Map<String, Object> properties) {
        this(properties, System::nanoTime);
    }

    RestingConsumer(Map<String, Object> properties, LongSupplier nanoTime) {
        super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.nanoTime = nanoTime;
        this.lastRecord = nanoTime.getAsLong();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> records = super.poll(rest(timeout) ? LOOK : timeout);
        if (!records.isEmpty()) {
            lastRecord = nanoTime.getAsLong();
        }
        return records;
    }

    @Override
    public void wakeup() {
        super.wakeup();
        wakeups.release();
    }

    /** Rests where it is time to; returns whether it did. A wake-up or an interrupt ends it, and is what the poll then meets. */
    private boolean rest(Duration timeout) {
        if (timeout.compareTo(LOOK) <= 0 || nanoTime.getAsLong() - lastRecord < SILENCE.toNanos()) {
            return false;
        }
        long longest = Math.min(timeout.toMillis(), LONGEST_REST.toMillis());
        try {
            if (wakeups.tryAcquire(longest, TimeUnit.MILLISECONDS)) {
                wakeups.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
