// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import com.google.protobuf.Message;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.trace.TraceHeaders;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The records that the gateway's ingest writes. */
final class SampleRecords {

    private static final String SOURCE = "/wildstream/gateway";

    private SampleRecords() {}

    /** The record of a sample: its key is the id, and it belongs to the trace that is current on this thread. */
    static ProducerRecord<String, byte[]> of(String topic, Sample sample, byte[] value) {
        Headers headers = CloudEvents.headers(sample, sample.getId(), SOURCE);
        TraceHeaders.addCurrent(headers);
        return new ProducerRecord<>(topic, null, sample.getId(), value, headers);
    }

    /** The record of any other message: without a key, in a given partition. */
    static ProducerRecord<String, byte[]> of(String topic, int partition, Message message, String eventId) {
        @Nullable String noKey = null;
        return new ProducerRecord<>(
                topic, partition, noKey, message.toByteArray(), CloudEvents.headers(message, eventId, SOURCE));
    }

    /** Where Kafka has stored a record. */
    static SamplePosition position(RecordMetadata metadata) {
        return SamplePosition.newBuilder()
                .setPartition(metadata.partition())
                .setOffset(metadata.offset())
                .build();
    }
}
