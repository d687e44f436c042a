// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import org.junit.jupiter.api.Test;

class AcceptanceTest {

    private static final TrainingSpec OPEN = TrainingSpec.newBuilder()
            .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()))
            .build();

    @Test
    void aTeacherThatHasLearnedNothingDoesForCounting() {
        TrainingSpec complete = Acceptance.complete(OPEN, TeacherStatus.getDefaultInstance());
        assertThat(complete.getTerms(0).getDfnd().getQDiagonalList()).containsExactly(0.5);
    }

    @Test
    void aTeacherThatKnowsItsAccuracyIsAsked() {
        TeacherStatus teacher = TeacherStatus.newBuilder().setAccuracy(0.9).build();
        assertThat(Acceptance.complete(OPEN, teacher)).isEqualTo(OPEN);
    }
}
