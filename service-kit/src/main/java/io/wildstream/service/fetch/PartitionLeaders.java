// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.jspecify.annotations.Nullable;

/** Which broker leads a partition, as it was last asked for. Belongs to one thread. */
public final class PartitionLeaders {

    private static final long TIMEOUT_SECONDS = 6;

    private final Admin admin;
    private final Map<TopicPartition, Node> known = new HashMap<>();

    /** @param admin stays the caller's */
    public PartitionLeaders(Admin admin) {
        this.admin = admin;
    }

    /**
     * The leader of a partition.
     *
     * @throws org.apache.kafka.common.errors.RetriableException when there is none now, or Kafka does not answer
     * @throws KafkaException when Kafka refuses to say
     */
    public Node of(TopicPartition partition) {
        Node leader = known.get(partition);
        if (leader == null) {
            leader = ask(partition);
            known.put(partition, leader);
        }
        return leader;
    }

    /** Asks again before the next fetch: one of them may have moved. */
    public void forget() {
        known.clear();
    }

    private Node ask(TopicPartition partition) {
        String topic = partition.topic();
        try {
            TopicDescription described = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                            .get(topic),
                    topic);
            for (TopicPartitionInfo info : described.partitions()) {
                @Nullable Node leader = info.leader();
                if (info.partition() == partition.partition() && leader != null && !leader.isEmpty()) {
                    return leader;
                }
            }
            throw new LeaderNotAvailableException(partition + " has no leader");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no leader of " + partition + " in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
