// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.DefaultRecord;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the records of one fetch as Kafka's consumer does, in as much memory as it may take: a record says how large it is before its
 * bytes come, and those of one that is too large are passed over. Its neighbours in the same batch are read.
 */
public final class BoundedUnpacking {

    /** A record's length takes at most so many bytes. */
    private static final int LENGTH_BYTES = 5;

    private final TopicPartition partition;
    private final UnpackingLimits limits;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private long bytes;
    private long next;

    /**
     * What was unpacked.
     *
     * @param next offset after the records, and after those that are nobody's
     * @param unreadable why the only record is there without its key and value; null when all are whole
     */
    public record Unpacked(
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records,
            long next,
            @Nullable String unreadable) {}

    private BoundedUnpacking(TopicPartition partition, long from, UnpackingLimits limits) {
        this.partition = partition;
        this.next = from;
        this.limits = limits;
    }

    /** Records of a fetch from an offset on, as many as may be. */
    public static Unpacked of(
            FetchResponseData.PartitionData fetched, TopicPartition partition, long from, UnpackingLimits limits) {
        BoundedUnpacking unpacking = new BoundedUnpacking(partition, from, limits);
        AbortedTransactions aborted = new AbortedTransactions(fetched);
        for (RecordBatch batch : FetchResponse.recordsOrFail(fetched).batches()) {
            if (!aborted.holds(batch) && !batch.isControlBatch()) {
                Unpacked full = unpacking.add((DefaultRecordBatch) batch);
                if (full != null) {
                    return full;
                }
            }
            unpacking.next = Math.max(unpacking.next, batch.nextOffset());
        }
        return unpacking.unpacked();
    }

    private Unpacked unpacked() {
        return new Unpacked(partition, List.copyOf(records), next, null);
    }

    /** Returns what was unpacked when that ends before the end of the batch. */
    private @Nullable Unpacked add(DefaultRecordBatch batch) {
        batch.ensureValid();
        int count = Objects.requireNonNull(batch.countOrNull());
        try (InputStream in = new BufferedInputStream(batch.recordInputStream(BufferSupplier.NO_CACHING))) {
            for (int i = 0; i < count; i++) {
                in.mark(LENGTH_BYTES);
                long size = ByteUtils.readVarint(in);
                in.reset();
                if (size > limits.record()) {
                    Record without = passedOver(batch, in);
                    if (without.offset() >= next) {
                        return records.isEmpty() ? unreadable(batch, without) : unpacked();
                    }
                    continue;
                }
                boolean full =
                        !records.isEmpty() && (records.size() >= limits.count() || bytes + size > limits.together());
                Record record = full ? passedOver(batch, in) : read(batch, in);
                if (record.offset() < next) {
                    continue;
                }
                if (full) {
                    return unpacked();
                }
                Headers headers = new RecordHeaders(record.headers());
                records.add(consumed(batch, record, array(record.key()), array(record.value()), headers));
                bytes += size;
                next = record.offset() + 1;
            }
        } catch (IOException e) {
            throw new KafkaException(
                    "the batch of " + partition + " at offset " + batch.baseOffset() + " breaks off", e);
        }
        return null;
    }

    private Unpacked unreadable(RecordBatch batch, Record record) {
        String why = "unpacks to " + record.sizeInBytes() + " bytes, more than the " + limits.record()
                + " that this process may take for a record: its key, value and headers are left out";
        return new Unpacked(
                partition, List.of(consumed(batch, record, null, null, new RecordHeaders())), record.offset() + 1, why);
    }

    private static Record read(DefaultRecordBatch batch, InputStream in) throws IOException {
        return DefaultRecord.readFrom(
                in, batch.baseOffset(), batch.baseTimestamp(), batch.baseSequence(), appended(batch));
    }

    /** The next record without its key, value and headers. */
    private static Record passedOver(DefaultRecordBatch batch, InputStream in) throws IOException {
        return DefaultRecord.readPartiallyFrom(
                in, batch.baseOffset(), batch.baseTimestamp(), batch.baseSequence(), appended(batch));
    }

    private static @Nullable Long appended(RecordBatch batch) {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME ? Long.valueOf(batch.maxTimestamp()) : null;
    }

    private static byte @Nullable [] array(@Nullable ByteBuffer buffer) {
        return buffer == null ? null : Utils.toArray(buffer);
    }

    private ConsumerRecord<byte[], byte[]> consumed(
            RecordBatch batch, Record record, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                batch.timestampType(),
                key == null ? ConsumerRecord.NULL_SIZE : key.length,
                value == null ? ConsumerRecord.NULL_SIZE : value.length,
                key,
                value,
                headers,
                Optional.empty());
    }
}
