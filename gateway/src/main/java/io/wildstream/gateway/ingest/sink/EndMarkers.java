// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Writes the end of the stream into {@code samples}. */
@Singleton
public class EndMarkers {

    private final Kafka kafka;
    private final String topic;
    private final SampleProducer producer;

    EndMarkers(Kafka kafka, SampleProducer producer) {
        this.kafka = kafka;
        this.topic = kafka.topics().samples();
        this.producer = producer;
    }

    /** Where the partitions end now. */
    public List<Long> ends() {
        List<TopicPartition> all = IntStream.range(0, partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<TopicPartition, Long> ends = kafka.committed(all, OffsetSpec.latest());
        return all.stream().map(ends::get).toList();
    }

    /**
     * Writes an end marker into every partition, behind all samples that are stored.
     *
     * @return how many partitions
     */
    public int write() {
        int partitions = partitions();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            EndOfStream end = EndOfStream.newBuilder()
                    .setSourcePartition(partition)
                    .setPartitions(partitions)
                    .build();
            sent.add(producer.send(
                    SampleRecords.of(topic, partition, end, Integer.toString(partition)), (metadata, failure) -> {}));
        }
        sent.forEach(producer::await);
        return partitions;
    }

    /** Asks Kafka: what the producer knows may be minutes old, and topics grow. */
    private int partitions() {
        try {
            return TopicAdmin.partitions(kafka.admin(), topic);
        } catch (IllegalStateException e) {
            throw ApiErrors.unavailable(String.valueOf(e.getMessage()));
        }
    }
}
