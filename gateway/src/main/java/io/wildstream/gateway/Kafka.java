// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.service.ClusterConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Access to Kafka: client settings, topic names and one admin client whose calls end within five seconds. */
@Singleton
public class Kafka {

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
        all.add(topics.compacted(topics.control()));
        all.add(topics.compacted(topics.status()));
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
