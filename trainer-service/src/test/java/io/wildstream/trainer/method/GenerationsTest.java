// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.BanLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.PsKdLoss;
import io.wildstream.contracts.v1.TfKdSelfLoss;
import io.wildstream.contracts.v1.TrainingSpec;
import org.junit.jupiter.api.Test;

class GenerationsTest {

    @Test
    void aSpecWithoutSuchAMethodHasNoCopies() {
        // Given
        TrainingSpec spec = TrainingSpec.newBuilder().setMaxSteps(90).build();

        // When
        Generations generations = Generations.of(spec);

        // Then
        assertThat(Generations.method(spec)).isEqualTo(TermCase.TERM_NOT_SET);
        assertThat(generations.copies(1_000_000)).isZero();
        assertThat(generations.start(50)).isZero();
        assertThat(generations.end(50)).isEqualTo(90);
    }

    @Test
    void bornAgainNetworksCopyEachThirdAndStartTheirScheduleAgain() {
        // Given
        TrainingSpec spec = spec(90, LossTerm.newBuilder().setBan(BanLoss.getDefaultInstance()));

        // When
        Generations generations = Generations.of(spec);

        // Then
        assertThat(Generations.method(spec)).isEqualTo(TermCase.BAN);
        assertThat(generations.restarts()).isTrue();
        assertThat(generations.copies(29)).isZero();
        assertThat(generations.copies(30)).isEqualTo(1);
        assertThat(generations.copies(60)).isEqualTo(2);
        assertThat(generations.copies(90)).isEqualTo(2); // none after the last scheduled step
        assertThat(generations.start(45)).isEqualTo(30);
        assertThat(generations.end(45)).isEqualTo(60);
        assertThat(generations.end(75)).isEqualTo(90);
    }

    @Test
    void teacherFreeDistillationCopiesOnce() {
        // Given
        TrainingSpec spec = spec(
                100, LossTerm.newBuilder().setTfKdSelf(TfKdSelfLoss.newBuilder().setCopyAtStep(20)));

        // When
        Generations generations = Generations.of(spec);

        // Then
        assertThat(generations.copies(19)).isZero();
        assertThat(generations.copies(20)).isEqualTo(1);
        assertThat(generations.copies(99)).isEqualTo(1);
        assertThat(generations.start(50)).isEqualTo(20);
        assertThat(generations.end(50)).isEqualTo(100);
        assertThat(generations.end(10)).isEqualTo(20);
    }

    @Test
    void aStudentThatKeepsItsWeightsKeepsItsSchedule() {
        // Given
        TrainingSpec spec = spec(
                100,
                LossTerm.newBuilder()
                        .setTfKdSelf(TfKdSelfLoss.newBuilder().setCopyAtStep(20).setKeepWeights(true)));

        // When
        Generations generations = Generations.of(spec);

        // Then
        assertThat(generations.restarts()).isFalse();
        assertThat(generations.copies(50)).isEqualTo(1);
        assertThat(generations.start(50)).isZero();
        assertThat(generations.end(50)).isEqualTo(100);
    }

    @Test
    void progressiveSelfDistillationRefreshesWithoutAnEnd() {
        // Given
        TrainingSpec spec = spec(0, LossTerm.newBuilder().setPsKd(PsKdLoss.getDefaultInstance()));

        // When
        Generations generations = Generations.of(spec);

        // Then
        assertThat(generations.copies(199)).isZero();
        assertThat(generations.copies(200)).isEqualTo(1);
        assertThat(generations.copies(2000)).isEqualTo(10);
        assertThat(generations.restarts()).isFalse();
    }

    private static TrainingSpec spec(long maxSteps, LossTerm.Builder term) {
        return TrainingSpec.newBuilder().setMaxSteps(maxSteps).addTerms(term).build();
    }
}
