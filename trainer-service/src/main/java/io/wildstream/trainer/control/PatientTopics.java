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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of a trainer or condenser, which waits for them, and for Kafka, until its process is to stop. */
public final class PatientTopics {

    public static final long RETRY_MILLIS = 2000;

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    private final Map<String, ?> clientProperties;
    private final Topics topics;
    private final boolean create;
    private final TrainerStatus status;
    private final BooleanSupplier stopping;

    public PatientTopics(
            Map<String, ?> clientProperties,
            Topics topics,
            boolean create,
            TrainerStatus status,
            BooleanSupplier stopping) {
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.create = create;
        this.status = status;
        this.stopping = stopping;
    }

    /**
     * Returns when each topic is there with one partition, or when the process is to stop; the status says what is waited for.
     *
     * @throws KafkaRefusedException when Kafka turns this client away
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
                status.fail(String.valueOf(e.getMessage()));
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
