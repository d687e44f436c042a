// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Waits for Kafka and for the topics of a trainer or condenser, until the process is to stop. */
public final class TopicWaiter {

    public static final long RETRY_MILLIS = 2000;

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    private final Map<String, ?> clientProperties;
    private final Topics topics;
    private final boolean create;
    private final Consumer<String> problems;
    private final BooleanSupplier stopping;

    /**
     * A waiter.
     *
     * @param create whether topics that do not exist are made
     * @param problems hears why it waits
     * @param stopping whether the process is to end
     */
    public TopicWaiter(
            Map<String, ?> clientProperties,
            Topics topics,
            boolean create,
            Consumer<String> problems,
            BooleanSupplier stopping) {
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.create = create;
        this.problems = problems;
        this.stopping = stopping;
    }

    /**
     * Returns when each topic is there with one partition, or when the process is to stop; {@code problems} hears why it still waits.
     *
     * @throws KafkaRefusedException when Kafka refuses this client
     */
    public void await(NewTopic... wanted) throws InterruptedException {
        Backoff backoff = new Backoff("find or make topics", PAUSES, Backoff.Sleeper.unless(stopping));
        while (!stopping.getAsBoolean()) {
            try {
                provide(wanted);
                return;
            } catch (KafkaRefusedException e) {
                throw e;
            } catch (RuntimeException e) {
                problems.accept(Reasons.of(e));
                var unused = backoff.retry(e);
            }
        }
    }

    /**
     * Makes topics, or looks for them.
     *
     * @throws IllegalStateException naming what is missing, or when Kafka does not answer
     */
    public void provide(NewTopic... wanted) {
        try (Admin admin = KafkaClients.connect(clientProperties)) {
            new TopicProvision(admin, topics, create, 1).single(wanted);
        }
    }

    /** Sleeps for a while, but not past the end of the process. */
    public void pause(long millis) throws InterruptedException {
        var unused = Backoff.Sleeper.unless(stopping).sleep(Duration.ofMillis(millis));
    }
}
