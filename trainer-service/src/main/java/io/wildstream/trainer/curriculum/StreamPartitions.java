// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.TopicAdmin;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many partitions {@code samples} has now, 0 when this Kafka has no such topic or does not show it. Each call asks Kafka: for rare
 * questions only.
 */
public final class StreamPartitions implements IntSupplier {

    private static final Logger LOGGER = LoggerFactory.getLogger(StreamPartitions.class);
    private static final Set<Class<?>> UNKNOWN =
            Set.of(UnknownTopicOrPartitionException.class, TopicAuthorizationException.class);

    private final Map<String, ?> clientProperties;
    private final String samples;

    /** @param clientProperties Kafka client settings: the bootstrap servers and security */
    public StreamPartitions(Map<String, ?> clientProperties, String samples) {
        this.clientProperties = clientProperties;
        this.samples = samples;
    }

    /** @throws IllegalStateException when Kafka does not answer */
    @Override
    public int getAsInt() {
        try (Admin admin = Admin.create(Map.copyOf(clientProperties))) {
            return TopicAdmin.partitions(admin, samples);
        } catch (IllegalStateException e) {
            if (isUnknown(e.getCause())) {
                LOGGER.warn("partitions of the stream are not known topic={} cause={}", samples, e.getMessage());
                return 0;
            }
            throw e;
        }
    }

    private static boolean isUnknown(@Nullable Throwable cause) {
        return cause instanceof ExecutionException
                && cause.getCause() != null
                && UNKNOWN.contains(cause.getCause().getClass());
    }
}
