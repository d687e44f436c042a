// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.service.ClusterConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Access to Kafka: client settings, topic names and one admin client whose calls end within five seconds. */
@Singleton
public class Kafka {

    /** The kinds of service with a topic of heartbeats of their own; condensers are trainers, and use theirs. */
    public static final List<ServiceKind> REPORTING = List.of(
            ServiceKind.SERVICE_KIND_GATEWAY,
            ServiceKind.SERVICE_KIND_TEACHER,
            ServiceKind.SERVICE_KIND_SELECTOR,
            ServiceKind.SERVICE_KIND_TRAINER);

    private static final int ADMIN_TIMEOUT_MILLIS = 5000;

    private final ClusterConfig cluster;
    private final Map<String, Object> client;
    private final Topics topics;
    private final Admin admin;

    Kafka(ClusterConfig cluster, KafkaSettings settings) {
        this.cluster = cluster;
        this.client = new TreeMap<>(settings.client());
        this.topics = cluster.topics();
        Map<String, Object> properties = new TreeMap<>(client);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS - 1000);
        this.admin = Admin.create(properties);
    }

    /** A copy of the settings of every client, to be added to. */
    public Map<String, Object> client() {
        return new TreeMap<>(client);
    }

    /** Name of this instance. */
    public String instance() {
        return GatewayConfig.instance(cluster);
    }

    /** The names of the topics. */
    public Topics topics() {
        return topics;
    }

    /** Where this instance marks what it reads. */
    public Path marks() {
        return ClusterConfig.marks(cluster, instance());
    }

    /**
     * An offset of each of these partitions, as those see it who read only what is committed.
     *
     * @throws KafkaException when Kafka does not answer within five seconds
     */
    public Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get(ADMIN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .forEach((partition, found) -> offsets.put(partition, found.offset()));
            return offsets;
        } catch (InterruptedException e) {
            throw new InterruptException(e); // sets the thread's flag again
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the offsets of " + asked.keySet() + " are not known: " + e.getMessage(), e);
        }
    }

    /** An offset of one partition, as {@link #committed(Collection, OffsetSpec)}. */
    public long committed(TopicPartition partition, OffsetSpec which) {
        return committed(List.of(partition), which).values().iterator().next();
    }

    /** The admin client. */
    public Admin admin() {
        return admin;
    }

    /**
     * Waits for Kafka and creates the topics that every service needs, or checks them when {@code wildstream.create-topics} is false.
     *
     * @throws IllegalStateException when Kafka does not answer, refuses, or does not have the topics that are needed
     */
    public void ensureTopics() {
        List<NewTopic> all = new ArrayList<>();
        all.add(topics.ingestedIdsTopic());
        all.add(topics.controlTopic());
        REPORTING.forEach(kind -> all.add(topics.statusTopic(kind)));
        all.add(topics.checkpointsTopic());
        for (Stage stage : Stage.values()) {
            all.add(topics.stream(topics.deadLetters(stage), 1));
        }
        try (Admin connected = KafkaClients.connect(client)) {
            TopicProvision provision =
                    new TopicProvision(connected, topics, cluster.createTopics(), cluster.partitions());
            provision.stream(topics.samples(), topics.teacherOutputs());
            if (cluster.createTopics()) {
                provision.stream(topics.rejected());
            }
            provision.single(all.toArray(NewTopic[]::new));
        }
    }

    /** Whether services may create topics. */
    public boolean createsTopics() {
        return cluster.createTopics();
    }

    /**
     * Whether a topic is there and visible to this user.
     *
     * @throws IllegalStateException when Kafka does not answer
     */
    public boolean exists(String topic) {
        try {
            return admin.listTopics()
                    .names()
                    .get(ADMIN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .contains(topic);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for topic " + topic, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not list its topics: " + e.getMessage(), e);
        }
    }

    /** Creates a curriculum's topic, or checks it when {@code wildstream.create-topics} is false. */
    public void ensureCurriculum(String name) {
        try {
            new TopicProvision(admin, topics, cluster.createTopics(), cluster.partitions())
                    .single(topics.curriculumTopic(name));
        } catch (IllegalStateException e) {
            throw ApiErrors.unavailable("curriculum '" + name + "' has no usable topic: " + e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
