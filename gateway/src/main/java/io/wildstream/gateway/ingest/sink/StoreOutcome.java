// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.v1.SamplePosition;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What became of a sample that was sent to Kafka. */
public sealed interface StoreOutcome {

    /**
     * All in-sync replicas have it.
     *
     * @param position where it is stored
     */
    record Stored(SamplePosition position) implements StoreOutcome {}

    /**
     * It is not stored, because a sample with the same id is.
     *
     * @param first where that one is stored
     */
    record Duplicate(SamplePosition first) implements StoreOutcome {}

    /**
     * It is not stored and never can be, because Kafka takes no record of its size.
     *
     * @param cause what Kafka says
     */
    record TooLarge(Exception cause) implements StoreOutcome {}

    /**
     * It is not known to be stored.
     *
     * @param cause why
     */
    record Failed(Exception cause) implements StoreOutcome {}

    /** The outcome of a send that ended in an exception. */
    static StoreOutcome ofFailure(Exception cause) {
        return cause instanceof RecordTooLargeException ? new TooLarge(cause) : new Failed(cause);
    }
}
