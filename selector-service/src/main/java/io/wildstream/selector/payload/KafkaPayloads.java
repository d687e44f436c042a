// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.service.fetch.BoundedUnpacking;
import io.wildstream.service.fetch.BoundedUnpacking.Unpacked;
import io.wildstream.service.fetch.PackedFetch;
import io.wildstream.service.fetch.PartitionLeaders;
import io.wildstream.service.fetch.UnpackingLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * {@link Payloads} from the topic {@code samples}, whose records are {@code Sample} messages. It reads on in chunks, around records that
 * unpack to more memory than it may take. Where the topic was made again since the teacher read it, another sample stands at the offset:
 * id and time of the record tell.
 */
final class KafkaPayloads implements Payloads {

    /** Most bytes of the records of a partition that are held. */
    private static final long HELD_BYTES = 2 << 20;

    private static final int HELD_RECORDS = 4096;
    private static final Backoff.Pauses PAUSES =
            Backoff.Pauses.of(Duration.ofMillis(50), Duration.ofSeconds(1)).within(Duration.ofSeconds(30));

    private final String topic;
    private final PackedFetch fetches;
    private final PartitionLeaders leaders;
    private final UnpackingLimits limits;
    private final Horizons horizons;
    private final Map<Integer, SampleWindow> windows = new HashMap<>();
    /** The last one that was found: several curricula keep the same. */
    private @Nullable SamplePosition last;

    private Payload lastPayload = new Lost(RejectionReason.SAMPLE_EXPIRED, "nothing was asked for");

    /**
     * Connects when it is needed.
     *
     * @param client Kafka client settings: security
     * @param name of this client
     * @param heap bytes of memory that the process has
     * @param horizons learns how near the reader is to what the topic forgets
     */
    KafkaPayloads(
            Map<String, ?> client, String name, String topic, PartitionLeaders leaders, long heap, Horizons horizons) {
        this.topic = topic;
        this.leaders = leaders;
        this.horizons = horizons;
        this.fetches = new PackedFetch(client, name);
        this.limits =
                new UnpackingLimits(UnpackingLimits.ofMemory(heap, HELD_RECORDS).record(), HELD_BYTES, HELD_RECORDS);
    }

    @Override
    public Payload of(TeacherOutput output) {
        if (!output.getPosition().equals(last)) {
            lastPayload = read(output);
            last = output.getPosition();
        }
        return lastPayload;
    }

    private Payload read(TeacherOutput output) {
        SamplePosition position = output.getPosition();
        ConsumerRecord<byte[], byte[]> record;
        try {
            record = record(position.getPartition(), position.getOffset());
        } catch (OffsetOutOfRangeException e) {
            return expired(position);
        }
        if (record == null || record.value() == null) {
            return expired(position);
        }
        if (output.getSampleTimeMillis() > 0 && record.timestamp() != output.getSampleTimeMillis()) {
            return changed(output);
        }
        try {
            return sample(record.value(), output);
        } catch (IOException e) {
            return changed(output);
        }
    }

    private Payload sample(byte[] value, TeacherOutput output) throws IOException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
        input.enableAliasing(true);
        Sample sample = Sample.parseFrom(input);
        if (!sample.getId().equals(output.getHead().getId())) {
            return changed(output);
        }
        // What came with the sample was passed on and is the output now.
        return new Found(
                sample.hasOutput() ? sample.toBuilder().clearOutput().build().toByteArray() : value);
    }

    private Payload expired(SamplePosition position) {
        return new Lost(
                RejectionReason.SAMPLE_EXPIRED,
                "the payload is no longer in " + topic + ", partition " + position.getPartition() + " offset "
                        + position.getOffset()
                        + ": keep the topic longer, or set wildstream.teacher.keep-payloads=true");
    }

    private Payload changed(TeacherOutput output) {
        return new Lost(
                RejectionReason.SAMPLE_CHANGED,
                "another sample than '" + output.getHead().getId() + "' is in " + topic + ", partition "
                        + output.getPosition().getPartition() + " offset "
                        + output.getPosition().getOffset() + ": the topic was made again");
    }

    /** The record at an offset; null when there is none. */
    private @Nullable ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
        SampleWindow window = windows.computeIfAbsent(partition, unused -> new SampleWindow());
        window.moveTo(offset);
        while (window.next() <= offset) {
            window.add(fetch(new TopicPartition(topic, partition), window.next(), offset), offset);
        }
        return window.at(offset);
    }

    private Unpacked fetch(TopicPartition partition, long from, long wanted) {
        Backoff backoff = new Backoff("read " + partition, PAUSES, Backoff.Sleeper.untilInterrupted());
        while (true) {
            RetriableException failure;
            try {
                FetchResponseData.PartitionData data = fetches.fetch(leaders.of(partition), partition, from);
                Unpacked unpacked = BoundedUnpacking.of(data, partition, from, limits);
                if (unpacked.next() > from) {
                    horizons.set(partition.partition(), from - data.logStartOffset());
                    return unpacked;
                }
                failure = new NotThereYetException(partition + " does not reach offset " + wanted);
            } catch (OffsetOutOfRangeException e) {
                throw e;
            } catch (RetriableException e) {
                leaders.forget();
                failure = e;
            }
            if (!mayRetry(backoff, failure)) {
                throw failure;
            }
        }
    }

    private static boolean mayRetry(Backoff backoff, RuntimeException failure) {
        try {
            return backoff.retry(failure);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        horizons.forget(windows.keySet());
        fetches.close();
    }
}
