// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the changelog of a state store as many partitions as {@code teacher-outputs} has. Kafka Streams makes the changelog once and
 * refuses to work when {@code teacher-outputs} gets more partitions later. A task's state is in the changelog's partition of the task's
 * number, so what is there stays right, and a new partition begins as empty as its task.
 */
public final class ChangelogPartitions {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChangelogPartitions.class);
    private static final long TIMEOUT_SECONDS = 60;

    private final Admin admin;
    private final Topics topics;
    private final String changelog;

    /** @param store whose tasks read {@code teacher-outputs} */
    public ChangelogPartitions(Admin admin, Topics topics, String store) {
        this.admin = admin;
        this.topics = topics;
        this.changelog = StreamsSettings.applicationId(topics) + "-" + store + "-changelog";
    }

    /**
     * Returns when the changelog, if it is there, has enough partitions. Several selectors may call this at once.
     *
     * @throws IllegalStateException when it cannot be given them, with what to do, or Kafka does not answer
     */
    public void follow() {
        int outputs = TopicAdmin.partitions(admin, topics.teacherOutputs());
        if (!exists()) {
            return;
        }
        int there = TopicAdmin.partitions(admin, changelog);
        if (there > outputs) {
            throw new IllegalStateException("topic " + changelog + " has " + there + " partitions, but "
                    + topics.teacherOutputs() + " has only " + outputs
                    + ": it had more before. Give it as many again, '"
                    + TopicAdmin.commandToGrow(topics.teacherOutputs(), there) + "'");
        }
        if (there < outputs) {
            grow(outputs);
        }
    }

    private void grow(int partitions) {
        try {
            TopicAdmin.grow(admin, changelog, partitions);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    topics.teacherOutputs() + " has " + partitions + " partitions now, and so must " + changelog
                            + ": allow this user to alter it, or stop all selectors, run '"
                            + TopicAdmin.commandToGrow(changelog, partitions) + "' and start them: " + e.getMessage(),
                    e);
        }
        LOGGER.info("changelog got more partitions topic={} partitions={}", changelog, partitions);
    }

    private boolean exists() {
        try {
            Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return names.contains(changelog);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while listing topics", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not list its topics: " + e.getMessage(), e);
        }
    }
}
