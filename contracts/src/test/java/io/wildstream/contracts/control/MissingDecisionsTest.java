// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MissingDecisionsTest {

    private static final CheckpointManifest TEN = checkpoint(10, 100, "");
    private static final CheckpointManifest TWENTY = checkpoint(20, 200, "s/10");
    private static final CheckpointManifest THIRTY = checkpoint(30, 300, "s/20");

    @Test
    void aDecisionHoldsForWhoeverComesToItsPlace() {
        // Given: decided after ten, by a trainer that died before it came to twenty
        CheckpointManifest decided = with(TEN, missing(120, 130));

        // Then
        assertThat(learnedNot(MissingDecisions.continuing(List.of(TEN, decided), decided)))
                .isEqualTo("120..130");
        assertThat(learnedNot(MissingDecisions.continuing(List.of(TEN, decided), null)))
                .isEqualTo("120..130");
        assertThat(learnedNot(MissingDecisions.replaying(List.of(TEN, decided, TWENTY))))
                .isEqualTo("120..130");
        assertThat(learnedNot(MissingDecisions.continuing(List.of(TEN, decided, TWENTY), TWENTY)))
                .isEqualTo("120..130");
    }

    /** A damaged checkpoint that is whole again has learned what others decided about after it was committed. */
    @Test
    void aDecisionDoesNotChangeWhatACheckpointBeforeItHasLearned() {
        // Given: twenty was damaged, so that a trainer continued from ten and came to samples on both sides of its end
        CheckpointManifest decided = with(TWENTY, missing(190, 210));

        // When
        MissingDecisions continuing = MissingDecisions.continuing(List.of(TEN, TWENTY, decided), decided);
        MissingDecisions replaying = MissingDecisions.replaying(List.of(TEN, TWENTY, decided, THIRTY));

        // Then
        assertThat(learnedNot(continuing)).isEqualTo("200..210");
        assertThat(learnedNot(replaying)).isEqualTo("200..210");
    }

    @Test
    void whatWasGivenUpByARollbackStillHolds() {
        // Given: twenty is given up; its trainer had decided about samples past ten
        CheckpointManifest decided = with(TEN, missing(150, 150));
        CheckpointManifest back = checkpoint(10, 100, "s/10").toBuilder()
                .setDirectory("s/10")
                .setRollbackRequest(1)
                .build();

        // Then
        assertThat(learnedNot(MissingDecisions.continuing(List.of(TEN, decided, TWENTY, back), back)))
                .isEqualTo("150..150");
    }

    @Test
    void overlappingDecisionsAreOne() {
        // Given
        CheckpointManifest all = with(
                TEN, missing(150, 160), missing(140, 152), missing(155, 170), missing(100, 101), missing(171, 171));

        // Then
        assertThat(learnedNot(MissingDecisions.continuing(List.of(all), all))).isEqualTo("100..101 140..171");
    }

    @Test
    void rehearsalsEndAtTheStepOfTheDecision() {
        // Given: opened at ten, 50 was missing; thirty came of it, twenty before did not
        CheckpointManifest decided = with(TEN, ending(50, 10));
        CheckpointManifest after = TWENTY.toBuilder()
                .setLineage(TWENTY.getLineage().toBuilder().addMissing(ending(50, 10)))
                .build();

        // When
        MissingDecisions atTen = MissingDecisions.continuing(List.of(TEN, decided), decided);
        MissingDecisions atTwenty = MissingDecisions.continuing(List.of(TEN, decided, after), after);
        MissingDecisions otherTwenty =
                MissingDecisions.continuing(List.of(TEN, TWENTY, with(TWENTY, ending(50, 10))), TWENTY);
        MissingDecisions replay = MissingDecisions.replaying(List.of(TEN, decided, after));

        // Then
        assertThat(atTen.endingAt(10)).containsExactly(ending(50, 10));
        assertThat(atTen.isNotRehearsed(50)).isFalse();
        assertThat(atTen.endsWhereOpened(50)).isTrue();
        assertThat(atTen.endsWhereOpened(51)).isFalse();
        assertThat(atTen.neverLearned(50)).isNull();
        assertThat(atTwenty.isNotRehearsed(50)).isTrue();
        assertThat(atTwenty.endingAt(10)).isEmpty();
        assertThat(otherTwenty.isNotRehearsed(50)).isFalse();
        assertThat(replay.endingAt(10)).containsExactly(ending(50, 10));
        assertThat(replay.isNotRehearsed(50)).isFalse();
    }

    private static String learnedNot(MissingDecisions decisions) {
        StringBuilder found = new StringBuilder();
        LongStream.range(0, 400)
                .filter(offset -> decisions.neverLearned(offset) != null)
                .forEach(offset -> {
                    boolean begins = decisions.neverLearned(offset - 1) == null;
                    boolean ends = decisions.neverLearned(offset + 1) == null;
                    found.append(begins ? (found.isEmpty() ? "" : " ") + offset + ".." : "")
                            .append(ends ? offset : "");
                });
        return found.toString();
    }

    private static CheckpointManifest checkpoint(long step, long nextOffset, String parent) {
        return CheckpointManifest.newBuilder()
                .setStudent("s")
                .setDirectory("s/" + step)
                .setStep(step)
                .setNextOffset(nextOffset)
                .setLineage(Lineage.newBuilder().setParent(parent))
                .build();
    }

    private static CheckpointManifest with(CheckpointManifest checkpoint, MissingSamples... decisions) {
        return checkpoint.toBuilder().addAllMissingAhead(List.of(decisions)).build();
    }

    private static MissingSamples missing(long first, long last) {
        return MissingSamples.newBuilder()
                .setFirstOffset(first)
                .setLastOffset(last)
                .setSamples(last - first + 1)
                .setReason(MissingReason.MISSING_REASON_GONE)
                .build();
    }

    private static MissingSamples ending(long offset, long fromStep) {
        return missing(offset, offset).toBuilder().setFromStep(fromStep).build();
    }
}
