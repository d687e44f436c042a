// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.SkipRule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RollbacksTest {

    private static final CheckpointManifest FIRST = checkpoint("c1", 10, 40);
    private static final CheckpointManifest SECOND = checkpoint("c2", 20, 80);

    @Test
    void takesTheNewestCheckpointOfAStep() {
        // Given
        CheckpointManifest again = checkpoint("c3", 10, 45);

        // When
        var target = Rollbacks.target(List.of(FIRST, SECOND, again), 10);

        // Then
        assertThat(target).contains(again);
        assertThat(Rollbacks.target(List.of(FIRST), 11)).isEmpty();
    }

    @Test
    void acceptsAStepThatIsKept() {
        // Given
        CheckpointManifest newest = SECOND.toBuilder()
                .addKeptDirectories("c1")
                .addKeptDirectories("c2")
                .build();

        // When
        List<String> problems = Rollbacks.problems(
                List.of(FIRST, newest),
                request(10).addSkipOffsets(range(40, 50)).build());

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void refusesAStepWhoseFilesAreGone() {
        // Given
        CheckpointManifest newest = SECOND.toBuilder().addKeptDirectories("c2").build();

        // When
        List<String> problems =
                Rollbacks.problems(List.of(FIRST, newest), request(10).build());

        // Then
        assertThat(problems).containsExactly("step: the files of the checkpoint of step 10 are no longer kept");
    }

    @Test
    void theLastStepOfAFinishedStudentIsOneToReopenAt() {
        // Given
        CheckpointManifest finished = SECOND.toBuilder().setFinished(true).build();
        RollbackRequest reopen = request(20).setEndsBefore(90).build();

        // When, Then
        assertThat(Rollbacks.problems(List.of(FIRST, finished), reopen)).isEmpty();
        assertThat(Rollbacks.rules(finished, reopen))
                .last()
                .isEqualTo(SkipRule.newBuilder()
                        .setFromStep(20)
                        .setFromOffset(finished.getNextOffset())
                        .setEndsBefore(90)
                        .build());
        CheckpointManifest.Builder offline = finished.toBuilder();
        offline.getSpecBuilder().getOfflineBuilder().setEpochs(1);
        assertThat(Rollbacks.problems(List.of(FIRST, offline.build()), reopen))
                .singleElement()
                .asString()
                .startsWith("reopen: a student of the offline scheme");
    }

    @Test
    void refusesTheLastStepOfAFinishedStudent() {
        // Given
        CheckpointManifest finished = SECOND.toBuilder().setFinished(true).build();

        // When
        List<String> problems =
                Rollbacks.problems(List.of(FIRST, finished), request(20).build());

        // Then
        assertThat(problems)
                .containsExactly("step: the student has finished at step 20: choose an earlier one, or set reopen");
    }

    @Test
    void refusesRangesThatAreNoneOrWereLearned() {
        // When
        List<String> problems = Rollbacks.problems(
                List.of(FIRST),
                request(10)
                        .addSkipOffsets(range(45, 44))
                        .addSkipOffsets(range(39, 45))
                        .build());

        // Then
        assertThat(problems)
                .containsExactly(
                        "skip_offsets: 45-44 is not a range of offsets: the first must be at least 0 and at most the last",
                        "skip_offsets: 39-45 begins before offset 40, up to which the checkpoint of step 10 has learned:"
                                + " go back further");
    }

    @Test
    void boundsTheNumberOfRules() {
        // Given
        RollbackRequest.Builder many = request(10);
        IntStream.range(0, Rollbacks.MAX_SKIPS + 1).forEach(i -> many.addSkipSources("camera-" + i));

        // When
        List<String> problems = Rollbacks.problems(List.of(FIRST), many.build());

        // Then
        assertThat(problems).containsExactly("skip_offsets: at most 1000 ranges and sources together are allowed");
    }

    @Test
    void addsARuleThatTakesEffectAtTheCheckpoint() {
        // Given
        SkipRule old = SkipRule.newBuilder().addSources("old").build();
        CheckpointManifest target = FIRST.toBuilder().addSkips(old).build();

        // When
        List<SkipRule> rules =
                Rollbacks.rules(target, request(10).addSkipSources("new").build());

        // Then
        assertThat(rules)
                .containsExactly(
                        old,
                        SkipRule.newBuilder()
                                .setFromStep(10)
                                .setFromOffset(40)
                                .addSources("new")
                                .build());
        assertThat(Rollbacks.rules(target, request(10).build())).containsExactly(old);
    }

    @Test
    void aRuleSkipsItsSourcesAndRangesFromItsOffsetOn() {
        // Given
        SkipRule rule = SkipRule.newBuilder()
                .setFromOffset(40)
                .addSources("bad")
                .addOffsets(range(50, 52))
                .build();

        // Then
        assertThat(Rollbacks.skips(rule, 39, "bad")).isFalse();
        assertThat(Rollbacks.skips(rule, 40, "bad")).isTrue();
        assertThat(Rollbacks.skips(rule, 49, "good")).isFalse();
        assertThat(Rollbacks.skips(rule, 50, "good")).isTrue();
        assertThat(Rollbacks.skips(rule, 52, "good")).isTrue();
        assertThat(Rollbacks.skips(rule, 53, "good")).isFalse();
    }

    private static RollbackRequest.Builder request(long step) {
        return RollbackRequest.newBuilder().setStep(step);
    }

    private static OffsetRange range(long first, long last) {
        return OffsetRange.newBuilder().setFirst(first).setLast(last).build();
    }

    private static CheckpointManifest checkpoint(String directory, long step, long nextOffset) {
        return CheckpointManifest.newBuilder()
                .setDirectory(directory)
                .setStep(step)
                .setNextOffset(nextOffset)
                .build();
    }
}
