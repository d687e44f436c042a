// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.config;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * A user's file of configuration keys for all services of a cluster. The services read it themselves, so that no password stands on a
 * command line; here it tells which Kafka the cluster works with, and what its topics are called.
 *
 * @param path the file
 * @param keys what it states, as it is written
 */
public record KeyFile(Path path, Map<String, String> keys) {

    /** With this key the cluster works with a Kafka of the user's own. */
    private static final String KAFKA = "kafka.bootstrap.servers";

    private static final String CLIENT = "kafka.";
    private static final Pattern KEY = Pattern.compile("(kafka|wildstream|quarkus)\\..+");
    private static final Set<String> CLIENT_KEYS = Stream.of(
                    AdminClientConfig.configNames(), ConsumerConfig.configNames(), ProducerConfig.configNames())
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());
    private static final int FILE_ORDINAL = 400;
    private static final int ENVIRONMENT_ORDINAL = 300;
    /** What differs from process to process, or is where the commands look for it. */
    private static final Set<String> SET_BY_CLUSTER = Set.of(
            "quarkus.config.locations",
            "quarkus.http.host",
            "quarkus.http.port",
            "wildstream.gateway.token",
            "wildstream.instance",
            "wildstream.marks-directory",
            "wildstream.selector.state-directory",
            "wildstream.teacher.model",
            "wildstream.teacher.models",
            "wildstream.trainer.checkpoints",
            "wildstream.trainer.holdout",
            "wildstream.trainer.mode",
            "wildstream.trainer.models",
            "wildstream.trainer.student");

    /** Makes the keys immutable. */
    public KeyFile {
        keys = Map.copyOf(keys);
    }

    /**
     * Reads the file.
     *
     * @throws ArgumentException when it cannot be read, or states a key that no service has or that the cluster sets itself
     */
    public static KeyFile read(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new ArgumentException("--config " + path + ": there is no such file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ArgumentException("--config " + path + " cannot be read as a properties file: " + e, e);
        }
        Map<String, String> keys = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> keys.put(key, properties.getProperty(key)));
        keys.keySet().forEach(key -> require(path, key));
        return new KeyFile(path.toAbsolutePath().normalize(), keys);
    }

    private static void require(Path path, String key) {
        if (SET_BY_CLUSTER.contains(key)) {
            throw new ArgumentException("--config " + path + ": '" + key + "' is set by the cluster: remove it");
        }
        if (!KEY.matcher(key).matches()) {
            throw new ArgumentException("--config " + path + ": unknown key '" + key
                    + "': keys begin with 'kafka.', 'wildstream.' or 'quarkus.'; docs/configuration.md lists them");
        }
        if (key.startsWith(CLIENT) && !CLIENT_KEYS.contains(key.substring(CLIENT.length()))) {
            throw new ArgumentException("--config " + path + ": unknown key '" + key
                    + "': no client of Kafka has it; an address is '" + KAFKA
                    + "', and keys of a plug-in of your own belong into the environment");
        }
    }

    /** Whether the cluster works with a Kafka of the user's own, and starts no broker. */
    public boolean hasKafka() {
        return keys.containsKey(KAFKA);
    }

    /**
     * Host and port of Kafka.
     *
     * @param broker address of the cluster's own broker, which a Kafka of the user's own comes before
     */
    public String bootstrapServers(String broker) {
        String stated = hasKafka() ? value(KAFKA, config(System.getenv())) : null;
        return stated == null ? broker : stated;
    }

    /**
     * Settings of a Kafka client.
     *
     * @param broker address of the cluster's own broker, which a Kafka of the user's own comes before
     */
    public Map<String, Object> kafka(String broker) {
        return kafka(broker, System.getenv());
    }

    Map<String, Object> kafka(String broker, Map<String, String> environment) {
        SmallRyeConfig config = config(environment);
        Map<String, Object> client =
                KafkaClients.settings(keys.keySet(), key -> Optional.ofNullable(value(key, config)));
        if (!hasKafka()) {
            client.put("bootstrap.servers", broker);
        }
        return client;
    }

    /**
     * Returns when the Kafka of the user's own has answered and has the topic of the user's own, if one is named.
     *
     * @throws ClusterException when it does not answer for a minute, refuses this client, or has no such topic
     */
    public void requireKafka() {
        Topics topics = topics();
        try (Admin admin = KafkaClients.connect(kafka(""))) {
            if (!topics.makesSamples()) {
                new TopicProvision(admin, topics, false, 1).stream(topics.samples());
            }
        } catch (IllegalStateException e) {
            throw new ClusterException("--config " + path + ": " + e.getMessage(), e);
        }
    }

    /** The names of the topics. */
    public Topics topics() {
        SmallRyeConfig config = config(System.getenv());
        try {
            return Topics.of(
                    Optional.ofNullable(value("wildstream.topic-prefix", config))
                            .orElse(Topics.DEFAULT_PREFIX),
                    Optional.ofNullable(value("wildstream.samples-topic", config)));
        } catch (IllegalArgumentException e) {
            throw new ArgumentException("--config " + path + ": " + e.getMessage(), e);
        }
    }

    /** The value of a key, of the file or else of the environment, with what it refers to filled in; or null. */
    private @Nullable String value(String key, SmallRyeConfig config) {
        Optional<String> value = config.getOptionalValue(key, String.class);
        if (value.isEmpty() && keys.containsKey(key)) {
            throw new ArgumentException("--config " + path + ": " + key
                    + " has no value: remove the key, or set the variable that it refers to");
        }
        return value.orElse(null);
    }

    /** The keys as the services see them: the file comes before the environment. */
    private SmallRyeConfig config(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(keys, path.toString(), FILE_ORDINAL))
                .withSources(new EnvConfigSource(environment, ENVIRONMENT_ORDINAL))
                .build();
    }
}
