// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.sample.PayloadPlace;
import io.wildstream.service.fetch.PackedFetch;
import io.wildstream.service.fetch.PartitionLeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code samples} as this instance reads payloads from it: whether it may, what opens readers for its tasks, and how near they
 * are to what the topic forgets. Thread safe.
 */
public final class PayloadTopic implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(PayloadTopic.class);

    private static final long LOOK_SECONDS = 2;

    private final Map<String, Object> client;
    private final Admin admin;
    private final String topic;
    private final String name;
    private final AtomicInteger readers = new AtomicInteger();
    private final Horizons horizons = new Horizons();

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread looking = new Thread(this::look, "payload-topic");

    private volatile boolean readable;
    private volatile String problem = "";

    /**
     * Begins to look whether it can be read, on a thread of its own, until it can.
     *
     * @param client Kafka client settings: bootstrap servers and security
     * @param admin stays the caller's
     * @param instance name of this process
     */
    @SuppressWarnings("this-escape")
    public PayloadTopic(Map<String, ?> client, Admin admin, Topics topics, String instance) {
        this.client = new HashMap<>(client);
        this.admin = admin;
        this.topic = topics.samples();
        this.name = instance + "-payloads-";
        looking.setDaemon(true);
        looking.start();
    }

    /** Opens a reader for one task. */
    public Payloads open() {
        return new KafkaPayloads(
                client,
                name + readers.incrementAndGet(),
                topic,
                new PartitionLeaders(admin),
                Runtime.getRuntime().maxMemory(),
                horizons);
    }

    /** Where payloads are brought from, as heartbeats say it; empty while they cannot be read. */
    public String place() {
        return readable ? PayloadPlace.ownSamples(topic) : "";
    }

    /** Why payloads cannot be read, in words; empty when they can, or it was not tried. */
    public String problem() {
        return problem;
    }

    /** Records between the oldest one and those that were read last, of the partition with the fewest; empty before the first. */
    public OptionalLong horizon() {
        return horizons.least();
    }

    private void look() {
        try {
            do {
                readable = tryToRead();
            } while (!readable && !stopping.await(LOOK_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the look; readers are their tasks'. */
    @Override
    public void close() {
        stopping.countDown();
    }

    private boolean tryToRead() {
        try (PackedFetch fetch = new PackedFetch(client, name + "0")) {
            TopicPartition first = new TopicPartition(topic, 0);
            var unused = fetch.fetch(new PartitionLeaders(admin).of(first), first, 0);
        } catch (OffsetOutOfRangeException e) {
            LOGGER.debug("the first record is no longer there topic={}", topic);
        } catch (AuthorizationException e) {
            problem =
                    "samples cannot be read, so that teachers write payloads into their outputs: give this user the right to read "
                            + topic + " (" + e.getMessage() + ")";
            return false;
        } catch (KafkaException e) {
            LOGGER.debug("not read yet topic={}", topic, e);
            return false;
        }
        problem = "";
        return true;
    }
}
