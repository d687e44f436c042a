// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.service.fetch.BoundedUnpacking.Unpacked;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.EndTransactionMarker;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is taken of a fetch, and what is not. */
class BoundedUnpackingTest {

    private static final TopicPartition PARTITION = new TopicPartition("samples", 0);
    private static final UnpackingLimits LIMITS = new UnpackingLimits(1000, 400, 3);

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void neighboursOfARecordThatIsTooLargeAreRead(CompressionType type) {
        // Given
        FetchResponseData.PartitionData fetched = fetched(
                batch(type, 10, record("a", 1), record("b", 5000), record("c", 1), record("d", 2000), record("e", 1)),
                batch(type, 15, record("f", 1)));

        // When, Then
        Unpacked before = BoundedUnpacking.of(fetched, PARTITION, 10, LIMITS);
        assertThat(keys(before)).containsExactly("a");
        assertThat(before.next()).isEqualTo(11);
        Unpacked large = BoundedUnpacking.of(fetched, PARTITION, 11, LIMITS);
        assertThat(large.unreadable()).contains("unpacks to 50", "more than the 1000");
        assertThat(large.records()).hasSize(1).allSatisfy(record -> {
            assertThat(record.offset()).isEqualTo(11);
            assertThat(record.timestamp()).isEqualTo(7);
            assertThat(record.value()).isNull();
        });
        assertThat(large.next()).isEqualTo(12);
        Unpacked between = BoundedUnpacking.of(fetched, PARTITION, 12, LIMITS);
        assertThat(keys(between)).containsExactly("c");
        Unpacked after = BoundedUnpacking.of(fetched, PARTITION, 14, LIMITS);
        assertThat(keys(after)).containsExactly("e", "f");
        assertThat(after.next()).isEqualTo(16);
        assertThat(after.unreadable()).isNull();
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void noMoreIsTakenThanFits(CompressionType type) {
        // Given
        FetchResponseData.PartitionData fetched = fetched(
                batch(type, 0, record("a", 900), record("b", 300), record("c", 300), record("d", 1)),
                batch(type, 4, record("e", 1), record("f", 1), record("g", 1)));

        // When, Then: one that is large alone, then as many bytes and records as may be
        assertThat(keys(BoundedUnpacking.of(fetched, PARTITION, 0, LIMITS))).containsExactly("a");
        assertThat(keys(BoundedUnpacking.of(fetched, PARTITION, 1, LIMITS))).containsExactly("b");
        assertThat(keys(BoundedUnpacking.of(fetched, PARTITION, 2, LIMITS))).containsExactly("c", "d", "e");
        assertThat(keys(BoundedUnpacking.of(fetched, PARTITION, 5, LIMITS))).containsExactly("f", "g");
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void whatItsWriterUndidIsNobodys(CompressionType type) {
        // Given
        FetchResponseData.PartitionData fetched = fetched(
                inTransaction(type, 0, 1, record("undone", 5000)),
                inTransaction(type, 1, 2, record("done", 1)),
                marker(2, 1, ControlRecordType.ABORT),
                marker(3, 2, ControlRecordType.COMMIT),
                inTransaction(type, 4, 1, record("later", 1)),
                marker(5, 1, ControlRecordType.COMMIT));
        fetched.setAbortedTransactions(List.of(
                new FetchResponseData.AbortedTransaction().setProducerId(1).setFirstOffset(0)));

        // When
        Unpacked unpacked = BoundedUnpacking.of(fetched, PARTITION, 0, LIMITS);

        // Then
        assertThat(keys(unpacked)).containsExactly("done", "later");
        assertThat(unpacked.next()).isEqualTo(6);
    }

    @Test
    void processesThatEndMakeTheLimitSmaller() {
        // Given
        UnpackingLimits limits = UnpackingLimits.ofMemory(512L << 20, 100);

        // When, Then
        assertThat(limits.after(0).record()).isEqualTo(128L << 20);
        assertThat(limits.after(1).record()).isEqualTo(128L << 20);
        assertThat(limits.after(3).record()).isEqualTo(32L << 20);
        assertThat(limits.after(1000).record()).isEqualTo(8L << 20);
    }

    private static SimpleRecord record(String key, int size) {
        return new SimpleRecord(7, key.getBytes(UTF_8), new byte[size]);
    }

    private static List<String> keys(Unpacked unpacked) {
        return unpacked.records().stream()
                .map(record -> new String(record.key(), UTF_8))
                .toList();
    }

    private static MemoryRecords batch(CompressionType type, long offset, SimpleRecord... records) {
        return MemoryRecords.withRecords(offset, Compression.of(type).build(), records);
    }

    private static MemoryRecords inTransaction(CompressionType type, long offset, long producer, SimpleRecord record) {
        return MemoryRecords.withTransactionalRecords(
                offset, Compression.of(type).build(), producer, (short) 0, 0, 0, record);
    }

    private static MemoryRecords marker(long offset, long producer, ControlRecordType type) {
        return MemoryRecords.withEndTransactionMarker(
                offset, 7, 0, producer, (short) 0, new EndTransactionMarker(type, 0));
    }

    private static FetchResponseData.PartitionData fetched(MemoryRecords... batches) {
        ByteBuffer all = ByteBuffer.allocate(
                Stream.of(batches).mapToInt(MemoryRecords::sizeInBytes).sum());
        Stream.of(batches).forEach(batch -> all.put(batch.buffer()));
        all.flip();
        return new FetchResponseData.PartitionData().setRecords(MemoryRecords.readableRecords(all));
    }
}
