// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.util.Optional;

/** Settings shared by all services, {@code wildstream.*}. The address of Kafka is {@code kafka.bootstrap.servers}: {@link KafkaKeys}. */
@ConfigMapping(prefix = "wildstream")
public interface ClusterConfig {

    /** First part of every topic's name and of every consumer group's; default {@code wildstream}. */
    @WithDefault(Topics.DEFAULT_PREFIX)
    String topicPrefix();

    /** A topic of the user's own that teachers read instead of {@code <prefix>.samples}; default none. */
    Optional<String> samplesTopic();

    /** Whether topics that are missing are made at the start; default true. Otherwise they are looked for. */
    @WithDefault("true")
    boolean createTopics();

    /** Partitions of {@code samples}, {@code teacher-outputs} and {@code rejected} where they are made, 1 to 10000; default 4. */
    @WithDefault("4")
    int partitions();

    /**
     * Name of this instance, unique in the cluster and stable over restarts, 1 to 100 letters, digits, '.', '_' or '-'. Default
     * {@code gateway-0}, {@code teacher-0}, {@code selector-0}, {@code trainer-<student>}: the name that the service chooses.
     */
    Optional<String> instance();

    /**
     * Directory in which each instance marks which record of {@code control}, heartbeats and checkpoints it reads, so that one on which it
     * ends twice is skipped. It must outlive the process. Default: a directory of the user's in {@code java.io.tmpdir}.
     */
    Optional<String> marksDirectory();

    /** Where an instance marks what it reads. */
    static Path marks(ClusterConfig cluster, String instance) {
        Path root = cluster.marksDirectory()
                .map(Path::of)
                .orElseGet(() -> Path.of(
                        System.getProperty("java.io.tmpdir"), "wildstream-marks-" + System.getProperty("user.name")));
        return root.resolve(instance);
    }

    /** The names of the topics. */
    default Topics topics() {
        return Topics.of(topicPrefix(), samplesTopic());
    }

    /**
     * Returns when all values can work.
     *
     * @throws IllegalArgumentException naming the key of the first that cannot, and what it must be
     */
    default void check() {
        var unused = topics();
        Values.between("wildstream.partitions", partitions(), 1, 10_000);
        instance()
                .ifPresent(name -> Values.matches(
                        "wildstream.instance",
                        name,
                        "[a-zA-Z0-9._-]{1,100}",
                        "1 to 100 letters, digits, '.', '_' or '-'"));
    }
}
