// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.StreamCounts;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.SelectorStatus.WrittenCount;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordCountsTest {

    private static final TopicPartition FIRST = new TopicPartition("samples", 0);
    private static final TopicPartition SECOND = new TopicPartition("samples", 1);

    private final RecordCounts counts = new RecordCounts();

    @Test
    void markersThatTeachersHaveReadAreNoSamples() {
        // Given: 100 offsets of which 40 are markers, and 5 samples that nobody has read
        Map<TopicPartition, Long> ends = Map.of(FIRST, 105L, SECOND, 7L);
        Map<TopicPartition, OffsetAndMetadata> read =
                Map.of(FIRST, new OffsetAndMetadata(100, new StreamCounts(60, 57, 3).metadata()));

        // When
        var counted = RecordCounts.ofTeachers(ends, read).orElseThrow();

        // Then
        assertThat(counted.read()).isEqualTo(new StreamCounts(60, 57, 3));
        assertThat(counted.samples()).isEqualTo(60 + 5 + 7);
        assertThat(counted.certainSamples()).isEqualTo(60 + 5 + 7 - 4);
    }

    @Test
    void theEndOfAStreamIsNoSampleOnceItIsRead() {
        // Given: 60 samples, the marker of the end behind them
        Map<TopicPartition, Long> ends = Map.of(FIRST, 61L);
        var before = RecordCounts.ofTeachers(
                        ends, Map.of(FIRST, new OffsetAndMetadata(60, new StreamCounts(60, 60, 0).metadata())))
                .orElseThrow();

        // When
        var after = RecordCounts.ofTeachers(
                        ends, Map.of(FIRST, new OffsetAndMetadata(61, new StreamCounts(60, 60, 0).metadata())))
                .orElseThrow();

        // Then
        assertThat(after.samples()).isEqualTo(60);
        assertThat(counts.counter("samples", before.certainSamples(), 61)).isEqualTo(60);
        assertThat(counts.counter("samples", after.certainSamples(), 61)).isEqualTo(60);
    }

    @Test
    void teachersThatDoNotCountLeaveTheOffsets() {
        assertThat(RecordCounts.ofTeachers(Map.of(FIRST, 9L), Map.of(FIRST, new OffsetAndMetadata(4))))
                .isEmpty();
    }

    @Test
    void aTaskThatMovesIsCountedOnce() {
        // When: partition 0 has moved from one selector to another
        counts.ofSelectors(List.of(selector(written(0, 10), written(1, 4)), selector(written(0, 12))));
        counts.ofSelectors(List.of(selector(written(1, 4))));

        // Then
        assertThat(counts.selected("curriculum.dfnd")).hasValue(16);
        assertThat(counts.selected("curriculum.other")).isEmpty();
    }

    @Test
    void aTaskOfWhichNotAllWasCountedLeavesTheOffsets() {
        // Given
        counts.ofSelectors(List.of(selector(written(0, 10))));

        // When
        counts.ofSelectors(List.of(SelectorStatus.newBuilder()
                .addWritten(written(0, 2))
                .setCountsIncomplete(true)
                .build()));

        // Then
        assertThat(counts.selected("curriculum.dfnd")).isEmpty();
    }

    @Test
    void aCounterNeverFallsWhileTheTopicIsTheSame() {
        assertThat(counts.counter("samples", 120, 120)).isEqualTo(120);
        assertThat(counts.counter("samples", 80, 120)).isEqualTo(120);
        assertThat(counts.counter("samples", 121, 180)).isEqualTo(121);
        assertThat(counts.counter("samples", 3, 5)).isEqualTo(3);
    }

    private static WrittenCount written(int partition, long records) {
        return WrittenCount.newBuilder()
                .setTopic("curriculum.dfnd")
                .setPartition(partition)
                .setRecords(records)
                .build();
    }

    private static SelectorStatus selector(WrittenCount... written) {
        return SelectorStatus.newBuilder().addAllWritten(List.of(written)).build();
    }
}
