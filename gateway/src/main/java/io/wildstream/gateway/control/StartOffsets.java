// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Finds the offset of a curriculum at which a new student begins. */
@Singleton
class StartOffsets {

    private static final long TIMEOUT_SECONDS = 6;

    private final Kafka kafka;

    StartOffsets(Kafka kafka) {
        this.kafka = kafka;
    }

    /**
     * Resolves a requested offset.
     *
     * @param wanted 0 for the beginning, negative for the current end, else an offset that the curriculum still contains
     */
    long resolve(String curriculum, long wanted) {
        if (wanted == 0) {
            return 0;
        }
        TopicPartition log = new TopicPartition(kafka.topics().curriculum(curriculum), 0);
        long end = offset(log, OffsetSpec.latest());
        if (wanted < 0) {
            return end;
        }
        long begin = offset(log, OffsetSpec.earliest());
        if (wanted < begin || wanted > end) {
            throw ApiErrors.invalid(
                    "spec.start_offset",
                    "must be in [" + begin + ", " + end + "], the offsets of curriculum '" + curriculum + "', got "
                            + wanted);
        }
        return wanted;
    }

    private long offset(TopicPartition log, OffsetSpec which) {
        try {
            return kafka.admin()
                    .listOffsets(Map.of(log, which), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(log)
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.stopping();
        } catch (ExecutionException | TimeoutException e) {
            throw ApiErrors.unavailable("Kafka does not report the offsets of " + log.topic() + ": " + e.getMessage());
        }
    }
}
