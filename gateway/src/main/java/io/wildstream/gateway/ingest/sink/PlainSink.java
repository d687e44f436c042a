// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Stores every sample that it is given. A client that sends a sample again stores it twice. */
@Singleton
public class PlainSink implements SampleSink {

    private final String topic;
    private final SampleProducer producer;

    PlainSink(Kafka kafka, SampleProducer producer) {
        this.topic = kafka.topics().samples();
        this.producer = producer;
    }

    /** Blocks up to five seconds while Kafka does not answer or the producer's buffer is full. */
    @Override
    public void store(Sample sample, byte[] value, Consumer<StoreOutcome> settled) {
        try {
            var unused = producer.send(
                    SampleRecords.of(topic, sample, value),
                    (metadata, failure) -> settled.accept(outcome(metadata, failure)));
        } catch (RuntimeException e) {
            settled.accept(StoreOutcome.ofFailure(e));
        }
    }

    private static StoreOutcome outcome(RecordMetadata metadata, @Nullable Exception failure) {
        return failure == null
                ? new StoreOutcome.Stored(SampleRecords.position(metadata))
                : StoreOutcome.ofFailure(failure);
    }
}
