// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates topics that do not exist yet, and gives one more partitions when it is asked to; changes nothing else. */
public final class TopicAdmin {

    private static final long TIMEOUT_SECONDS = 60;
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(50), Duration.ofMillis(500))
            .within(Duration.ofSeconds(TIMEOUT_SECONDS));

    private TopicAdmin() {}

    /**
     * Returns when every topic exists and can be written to. Two processes may call this at once.
     *
     * @throws IllegalStateException when Kafka does not answer within a minute or refuses
     */
    public static void ensure(Admin admin, Collection<NewTopic> topics) {
        try {
            Set<String> present = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<NewTopic> missing =
                    topics.stream().filter(t -> !present.contains(t.name())).collect(Collectors.toList());
            for (KafkaFuture<Void> made : admin.createTopics(missing).values().values()) {
                awaitCreation(made);
            }
            // A producer that meets a partition before its leader is ready can lose the order of its first batches and
            // never recover.
            awaitLeaders(admin, topics.stream().map(NewTopic::name).toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "Kafka did not create the topics: " + e.getMessage()
                            + "; if somebody else creates them, set wildstream.create-topics=false",
                    e);
        }
    }

    /** Only a leader reports the end of a partition. A broker that does not know a new topic yet is asked again until it does. */
    private static void awaitLeaders(Admin admin, Collection<String> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        Backoff backoff = new Backoff("find the leaders of topics", PAUSES, Backoff.Sleeper.untilInterrupted());
        while (true) {
            try {
                Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                admin.describeTopics(topics).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .forEach(partition -> ends.put(partition, OffsetSpec.latest()));
                admin.listOffsets(ends).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || !backoff.retry(e.getCause())) {
                    throw e;
                }
            }
        }
    }

    /**
     * Returns when a topic has so many partitions, or more. Several processes may call this at once. Records stay where they are.
     *
     * @throws IllegalStateException when Kafka refuses or does not answer
     */
    public static void grow(Admin admin, String topic, int partitions) {
        if (partitions(admin, topic) >= partitions) {
            return;
        }
        try {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while giving partitions to " + topic, e);
        } catch (ExecutionException | TimeoutException e) {
            if (partitions(admin, topic) < partitions) {
                throw new IllegalStateException(
                        "topic " + topic + " cannot be given " + partitions + " partitions: " + e.getMessage(), e);
            } // else another process was faster
        }
        try {
            awaitLeaders(admin, List.of(topic));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while giving partitions to " + topic, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the partitions of topic " + topic + " have no leaders: " + e, e);
        }
    }

    /** The command that gives a topic more partitions, for whoever may do that. */
    public static String commandToGrow(String topic, int partitions) {
        return "kafka-topics.sh --alter --topic " + topic + " --partitions " + partitions;
    }

    /** Number of partitions of an existing topic. */
    public static int partitions(Admin admin, String topic) {
        try {
            var description =
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
            return Objects.requireNonNull(description)
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .partitions()
                    .size();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while describing " + topic, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not describe topic " + topic + ": " + e.getMessage(), e);
        }
    }

    private static void awaitCreation(KafkaFuture<Void> made)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            made.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
