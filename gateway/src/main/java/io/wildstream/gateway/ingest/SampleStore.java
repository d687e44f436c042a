// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import io.wildstream.gateway.ingest.sink.DeduplicatingSink;
import io.wildstream.gateway.ingest.sink.PlainSink;
import io.wildstream.gateway.ingest.sink.SampleSink;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Stores samples and counts what became of each: the only way into the topic, for streams and single calls alike. A sample is in flight
 * from {@link #take} until it is settled, by {@link #store} or by {@link #abandon}; one of the two must follow.
 */
@Singleton
class SampleStore {

    private final SampleSink plain;
    private final SampleSink deduplicating;
    private final Backlog backlog;
    private final GatewayMetrics metrics;

    @Inject
    SampleStore(PlainSink plain, DeduplicatingSink deduplicating, Backlog backlog, GatewayMetrics metrics) {
        this((SampleSink) plain, deduplicating, backlog, metrics);
    }

    /** A store that writes to any two sinks. */
    SampleStore(SampleSink plain, SampleSink deduplicating, Backlog backlog, GatewayMetrics metrics) {
        this.plain = plain;
        this.deduplicating = deduplicating;
        this.backlog = backlog;
        this.metrics = metrics;
    }

    /** Takes a sample in, with a new id if it has none. */
    InFlightSample take(Sample received) {
        Sample sample = received.getId().isEmpty()
                ? received.toBuilder().setId(UUID.randomUUID().toString()).build()
                : received;
        int bytes = sample.getSerializedSize();
        metrics.sending(bytes);
        return new InFlightSample(sample, bytes);
    }

    /**
     * Stores a sample.
     *
     * @param deduplicate whether it is stored only if no sample with its id was stored by such a call before
     * @param settled called once with the outcome, after it has been counted; it must not block
     */
    void store(InFlightSample taken, boolean deduplicate, Consumer<StoreOutcome> settled) {
        SampleSink sink = deduplicate ? deduplicating : plain;
        int bytes = taken.bytes();
        // Only its size is kept while Kafka has it: the producer holds a copy of its own.
        sink.store(taken.sample(), taken.sample().toByteArray(), outcome -> {
            settle(bytes, outcome);
            settled.accept(outcome);
        });
    }

    /** Lets a sample go that need not be stored. */
    void abandon(InFlightSample taken) {
        metrics.settled(taken.bytes(), false);
    }

    /** A sample was not taken. */
    void refused(Refusal reason) {
        metrics.refused(reason);
    }

    /** Counts before the caller learns of the outcome and takes more samples, so the gauges never show more than is in flight. */
    private void settle(int bytes, StoreOutcome outcome) {
        boolean stored = outcome instanceof StoreOutcome.Stored;
        if (stored) {
            backlog.stored();
        } else if (outcome instanceof StoreOutcome.Duplicate) {
            metrics.duplicate();
        } else if (outcome instanceof StoreOutcome.TooLarge) {
            metrics.refused(Refusal.TOO_LARGE);
        } else {
            metrics.failed();
        }
        metrics.settled(bytes, stored);
    }
}
