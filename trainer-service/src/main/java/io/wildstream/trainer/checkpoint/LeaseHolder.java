// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Which trainer holds a student's lease, by the metadata of the offset that each renewal commits. Kafka fences a producer in two cases
 * that look alike to it: another one has taken over, or a transaction of its own made no progress for too long. The newest renewal tells
 * them apart.
 */
final class LeaseHolder {

    /** Time in which a successor writes its first renewal. */
    private static final Duration FIRST_RENEWAL_TIMEOUT = Duration.ofSeconds(10);

    private static final long LOOK_MILLIS = 200;

    private final Map<String, Object> clientProperties;
    private final String group;
    private final String self = UUID.randomUUID().toString();
    private Set<String> predecessors = Set.of();

    LeaseHolder(Map<String, Object> clientProperties, String group) {
        this.clientProperties = clientProperties;
        this.group = group;
    }

    /** Notes who held the lease before: called when this trainer has taken over. */
    void succeed() {
        try (Admin admin = Admin.create(clientProperties)) {
            predecessors = Set.copyOf(signatures(admin));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot ask who held the lease: " + e.getCause(), e);
        }
    }

    private List<String> signatures(Admin admin) throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                .filter(Objects::nonNull)
                .map(OffsetAndMetadata::metadata)
                .toList();
    }

    /** The offset of a renewal, signed. */
    OffsetAndMetadata sign(long nextOffset) {
        return new OffsetAndMetadata(nextOffset, self);
    }

    /** Whether another trainer holds the lease now; waits for its first renewal. */
    boolean changed() {
        long end = System.nanoTime() + FIRST_RENEWAL_TIMEOUT.toNanos();
        try (Admin admin = Admin.create(clientProperties)) {
            while (true) {
                boolean another = signatures(admin).stream()
                        .anyMatch(signature -> !signature.equals(self) && !predecessors.contains(signature));
                if (another || System.nanoTime() - end > 0) {
                    return another;
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot ask who holds the lease: " + e.getCause(), e);
        }
    }
}
