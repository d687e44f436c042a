// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions of {@code samples} have their counterpart in {@code teacher-outputs}. Others may give {@code samples} more partitions at
 * any time; a record of one without a counterpart must not be read before its output has a place. Kafka is asked only when there is such
 * a partition. Belongs to the pipeline's thread; only the problem may be read by others.
 */
final class OutputPartitions implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(OutputPartitions.class);
    private static final int ADMIN_TIMEOUT_MILLIS = 5000;
    private static final long CHECK_NANOS = Duration.ofSeconds(2).toNanos();

    private final Map<String, Object> client;
    private final Topics topics;
    private final boolean grows;
    private @Nullable Admin admin;
    private int known;
    /** Partitions of {@code samples}, as of the last check. */
    private int wanted;

    private long checkedNanos;
    private volatile String problem = "";

    /**
     * Knows nothing yet.
     *
     * @param grows whether {@code teacher-outputs} may be given more partitions
     */
    OutputPartitions(Map<String, ?> client, Topics topics, boolean grows) {
        this.client = new HashMap<>(client);
        this.client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        this.client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS - 1000);
        this.topics = topics;
        this.grows = grows;
    }

    /** Those of some partitions that have no counterpart, as far as is known; asks Kafka when there seem to be any. */
    List<TopicPartition> without(Collection<TopicPartition> samples) {
        if (samples.stream().anyMatch(partition -> partition.partition() >= known)) {
            provide(samples);
        }
        return samples.stream()
                .filter(partition -> partition.partition() >= known)
                .toList();
    }

    /** Whether it is time to look again for the counterparts of partitions that wait. */
    boolean isCheckDue() {
        return System.nanoTime() - checkedNanos >= CHECK_NANOS;
    }

    /** Why some partitions are not read, and what to do; empty when all are. */
    String problem() {
        return problem;
    }

    /** No partition waits any more. */
    void none() {
        problem = "";
    }

    private void provide(Collection<TopicPartition> samples) {
        checkedNanos = System.nanoTime();
        wanted = samples.stream().mapToInt(TopicPartition::partition).max().orElse(0) + 1;
        String refusal = "";
        try {
            Admin connected = connected();
            known = TopicAdmin.partitions(connected, topics.teacherOutputs());
            if (wanted > known) {
                wanted = Math.max(wanted, TopicAdmin.partitions(connected, topics.samples()));
            }
            if (grows && wanted > known) {
                TopicAdmin.grow(connected, topics.teacherOutputs(), wanted);
                known = wanted;
                LOGGER.info("topic got more partitions topic={} partitions={}", topics.teacherOutputs(), wanted);
            }
        } catch (RuntimeException e) {
            refusal = " (" + e.getMessage() + ")";
        }
        problem = describe(samples, refusal);
    }

    private String describe(Collection<TopicPartition> samples, String refusal) {
        List<Integer> waiting = samples.stream()
                .map(TopicPartition::partition)
                .filter(partition -> partition >= known)
                .sorted()
                .toList();
        if (waiting.isEmpty()) {
            return "";
        }
        String numbers = waiting.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text = "partition " + numbers + " of " + topics.samples() + " is not read, as " + topics.teacherOutputs()
                + " has only " + known + " partitions: give it as many as " + topics.samples() + " has, "
                + TopicAdmin.commandToGrow(topics.teacherOutputs(), wanted) + refusal;
        if (!text.equals(problem)) {
            LOGGER.warn("{}", text);
        }
        return text;
    }

    private Admin connected() {
        Admin present = admin;
        if (present == null) {
            present = Admin.create(client);
            admin = present;
        }
        return present;
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
        }
    }
}
