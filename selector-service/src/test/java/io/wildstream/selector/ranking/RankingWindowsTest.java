// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingCandidate;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selector.Policies;
import io.wildstream.selector.curriculum.Curriculum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class RankingWindowsTest {

    private static final int WINDOW = 8;
    private static final int KEEP = 4;

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("ranking").get();

    @Test
    void shouldSettleAWindowWithItsLastCandidateAndBeginTheNext() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        List<RankingReplay> settled = new ArrayList<>();

        // When
        for (int offset = 0; offset < 2 * WINDOW + 3; offset++) {
            settled.addAll(windows.accept(candidate(1, 0, offset, offset)));
        }

        // Then
        assertThat(settled).hasSize(2);
        assertThat(settled.get(0).getKept()).isEqualTo(KEEP);
        assertThat(settled.get(0).getRanges(0)).isEqualTo(range(0, 0, WINDOW));
        assertThat(settled.get(1).getRanges(0)).isEqualTo(range(0, WINDOW, 2 * WINDOW));
        assertThat(stored(RankingWindow.CANDIDATE)).isEqualTo(3);
    }

    @Test
    void shouldContinueAWindowFromTheStore() throws InvalidProtocolBufferException {
        // Given
        RankingWindows first = new RankingWindows(store);
        for (int offset = 0; offset < WINDOW - 1; offset++) {
            assertThat(first.accept(candidate(1, offset % 2, offset / 2, offset)))
                    .isEmpty();
        }

        // When
        RankingWindows restarted = new RankingWindows(store);
        List<RankingReplay> settled = restarted.accept(candidate(1, 1, 3, 0.5));

        // Then
        assertThat(settled).hasSize(1);
        assertThat(settled.get(0).getRangesList()).containsExactly(range(0, 0, 4), range(1, 0, 4));
        assertThat(settled.get(0).getKept()).isEqualTo(KEEP);
        assertThat(stored(RankingWindow.CANDIDATE)).isZero();
    }

    @Test
    void shouldSettleWhatIsLeftWhenEveryPartitionHasClosedAGeneration() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        for (int offset = 0; offset < WINDOW / 2; offset++) {
            windows.accept(candidate(1, offset % 2, offset, offset));
        }

        // When
        List<RankingReplay> afterFirst = windows.accept(closed(1, 0));
        List<RankingReplay> afterSecond = windows.accept(closed(1, 1));

        // Then: a half of a window keeps a half of N.
        assertThat(afterFirst).isEmpty();
        assertThat(afterSecond).hasSize(1);
        assertThat(afterSecond.get(0).getKept()).isEqualTo(KEEP / 2);
        assertThat(entries()).isZero();
    }

    @Test
    void shouldKeepAWindowOpenForAPartitionThatSendsAgain() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        windows.accept(candidate(1, 0, 0, 0));
        windows.accept(candidate(1, 1, 0, 0));
        windows.accept(closed(1, 0));

        // When
        windows.accept(candidate(1, 0, 1, 0));
        List<RankingReplay> settled = windows.accept(closed(1, 1));

        // Then
        assertThat(settled).isEmpty();
        assertThat(windows.accept(closed(1, 0))).hasSize(1);
    }

    @Test
    void shouldForgetAnEmptyWindowWithoutWritingAnything() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        for (int offset = 0; offset < WINDOW; offset++) {
            windows.accept(candidate(1, 0, offset, offset));
        }

        // When
        List<RankingReplay> settled = windows.accept(closed(1, 0));

        // Then
        assertThat(settled).isEmpty();
        assertThat(entries()).isZero();
    }

    @Test
    void shouldKeepGenerationsAndCurriculaApart() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        List<RankingReplay> settled = new ArrayList<>();

        // When
        for (int offset = 0; offset < WINDOW - 1; offset++) {
            settled.addAll(windows.accept(candidate(1, 0, offset, offset)));
            settled.addAll(windows.accept(candidate(2, 0, offset, offset)));
            settled.addAll(windows.accept(candidate(1, 0, offset, offset).toBuilder()
                    .setCurriculum("other")
                    .build()));
        }

        // Then
        assertThat(settled).isEmpty();
        settled.addAll(windows.accept(candidate(2, 0, WINDOW, 0)));
        assertThat(settled).hasSize(1);
        assertThat(settled.get(0).getGeneration()).isEqualTo(2);
        assertThat(settled.get(0).getCurriculum()).isEqualTo("main");
    }

    @Test
    void shouldWriteTheEndBehindTheLastWindowWhenAllPartitionsHaveEnded() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        windows.accept(candidate(1, 0, 0, 0));
        windows.accept(candidate(1, 1, 5, 1));
        assertThat(windows.accept(end(0, 2))).isEmpty();
        assertThat(windows.accept(end(0, 2))).as("the same marker again").isEmpty();

        // When
        List<RankingReplay> replays = new RankingWindows(store).accept(end(1, 2));

        // Then
        assertThat(replays).hasSize(2);
        assertThat(replays.get(0).getRangesList()).containsExactly(range(0, 0, 1), range(1, 5, 6));
        assertThat(replays.get(0).getEndsList()).isEmpty();
        assertThat(replays.get(1).getRangesList()).isEmpty();
        assertThat(replays.get(1).getEndsList())
                .extracting(EndOfStream::getSourcePartition)
                .containsExactly(0, 1);
    }

    @Test
    void shouldRefuseARecordWithoutAnEntryOrWithAPolicyThatCannotRun() throws InvalidProtocolBufferException {
        // Given
        RankingWindows windows = new RankingWindows(store);
        RankingRecord empty = RankingRecord.newBuilder().setCurriculum("main").build();
        RankingRecord wrong = candidate(1, 0, 0, 0).toBuilder().clearPolicy().build();

        // When // Then
        assertThatThrownBy(() -> windows.accept(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the record has no entry");
        assertThatThrownBy(() -> windows.accept(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the policy is empty");
        assertThat(entries()).isZero();
    }

    @Test
    void shouldCloseTheGenerationsThatAPolicyReplacesOverARestartToo() {
        // Given
        RankedGenerations first = new RankedGenerations(store);
        assertThat(first.change(Map.of("main", curriculum(1)), 3)).isEmpty();
        assertThat(first.change(Map.of("main", curriculum(1)), 3)).isEmpty();

        // When
        RankedGenerations restarted = new RankedGenerations(store);
        Map<String, RankingRecord> closed = restarted.change(Map.of("main", curriculum(2)), 3);
        Map<String, RankingRecord> gone = restarted.change(Map.of(), 3);

        // Then
        assertThat(closed.get("main").getClosed()).isTrue();
        assertThat(closed.get("main").getGeneration()).isEqualTo(1);
        assertThat(closed.get("main").getPartition()).isEqualTo(3);
        assertThat(gone.get("main").getGeneration()).isEqualTo(2);
        assertThat(entries()).isZero();
    }

    @Test
    void shouldNotRankAPolicyThatDecidesOnArrival() {
        // Given
        RankedGenerations ranked = new RankedGenerations(store);
        Curriculum threshold =
                new Curriculum("main", 1, Policies.threshold(1, 0.5).getSelectionPolicy());

        // When // Then
        assertThat(ranked.change(Map.of("main", threshold), 0)).isEmpty();
        assertThat(entries()).isZero();
    }

    private static Curriculum curriculum(long generation) {
        return new Curriculum(
                "main",
                generation,
                Policies.topNWindow(generation, WINDOW, KEEP).getSelectionPolicy());
    }

    private static RankingRecord candidate(long generation, int partition, long offset, double score) {
        return RankedGenerations.record(curriculum(generation), partition)
                .setCandidate(RankingCandidate.newBuilder()
                        .setOffset(offset)
                        .setScore(score)
                        .setPseudoLabel((int) (offset % 2))
                        .setClasses(2))
                .build();
    }

    private static RankingRecord closed(long generation, int partition) {
        return RankedGenerations.record(curriculum(generation), partition)
                .setClosed(true)
                .build();
    }

    private static RankingRecord end(int partition, int partitions) {
        return RankedGenerations.record(curriculum(1), partition)
                .setEnd(EndOfStream.newBuilder().setSourcePartition(partition).setPartitions(partitions))
                .build();
    }

    private static RankingReplay.Range range(int partition, long next, long end) {
        return RankingReplay.Range.newBuilder()
                .setPartition(partition)
                .setNext(next)
                .setEnd(end)
                .build();
    }

    private int entries() {
        return stored((byte) -1);
    }

    /** Entries of the store whose keys begin with a byte; all for -1. */
    private int stored(byte first) {
        int count = 0;
        try (var entries = store.all()) {
            while (entries.hasNext()) {
                byte[] key = entries.next().key.get();
                count += first == -1 || key[0] == first ? 1 : 0;
            }
        }
        return count;
    }
}
