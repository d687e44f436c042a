// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Finds the offset of a curriculum at which a new student begins. */
@Singleton
class StartOffsets {

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
        long end = kafka.committed(log, OffsetSpec.latest());
        if (wanted < 0) {
            return end;
        }
        long begin = kafka.committed(log, OffsetSpec.earliest());
        if (wanted < begin || wanted > end) {
            throw ApiErrors.invalid(
                    "spec.start_offset",
                    "must be in [" + begin + ", " + end + "], the offsets of curriculum '" + curriculum + "', got "
                            + wanted);
        }
        return wanted;
    }
}
