// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.CrossEntropyLoss;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each option of the spec's optimizer reaches the student's weights. */
class OptimizerWiringTest {

    @Test
    void everyOptionOfTheOptimizerChangesTheWeights() {
        // Given
        SgdSpec plain = SgdSpec.newBuilder().setLearningRate(0.01).build();
        Set<String> weights = new HashSet<>();

        // When
        weights.add(learned(plain));
        weights.add(learned(plain.toBuilder().setLearningRate(0.02).build()));
        weights.add(learned(plain.toBuilder().setMomentum(0.5).build()));
        weights.add(learned(plain.toBuilder().setWeightDecay(0.1).build()));
        weights.add(learned(plain.toBuilder().setMaxGradientNorm(1e-3).build()));

        // Then
        assertThat(weights).hasSize(5);
        assertThat(weights).contains(learned(plain));
    }

    @Test
    void theRateOfTheResultIsThatOfTheSchedule() {
        // Given
        TrainingSpec spec = spec(SgdSpec.newBuilder().setLearningRate(0.01).build(), dfnd());

        // When
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec)) {
            StepResult first = learner.step(LearnerFixture.minibatch(784, 1), 0);
            StepResult later = learner.step(LearnerFixture.minibatch(784, 1), 50);

            // Then
            assertThat(first.learningRate()).isEqualTo(LearningRate.at(spec, 0));
            assertThat(later.learningRate())
                    .isEqualTo(LearningRate.at(spec, 50))
                    .isLessThan(first.learningRate());
            assertThat(learner.learningRate(50)).isEqualTo(later.learningRate());
        }
    }

    @Test
    void theLabelsAreLearnedAndThePseudoLabelsOnlyCountTheAgreement() {
        // Given
        TrainingSpec spec = spec(
                SgdSpec.newBuilder().setLearningRate(0.05).build(),
                LossTerm.newBuilder().setCe(CrossEntropyLoss.getDefaultInstance()));
        int[] labels = LearnerFixture.minibatch(784, 1).labels();
        int[] others = IntStream.of(labels)
                .map(label -> (label + 1) % LearnerFixture.CLASSES)
                .toArray();

        // When
        String expected = learned(spec, others, others);

        // Then
        assertThat(learned(spec, labels, others)).isEqualTo(expected);
        assertThat(learned(spec, others, labels)).isNotEqualTo(expected);
    }

    private static String learned(TrainingSpec spec, int[] pseudoLabels, int[] labels) {
        Minibatch own = LearnerFixture.minibatch(784, 1);
        Minibatch minibatch = new Minibatch(
                own.size(),
                own.pixels(),
                own.teacherLogits(),
                pseudoLabels,
                labels,
                own.teacherNorms(),
                own.teacherFeatures());
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec)) {
            learner.step(minibatch, 0);
            learner.step(minibatch, 1);
            return learner.weightsSha256();
        }
    }

    private static String learned(SgdSpec sgd) {
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec(sgd, dfnd()))) {
            for (int step = 0; step < 3; step++) {
                learner.step(LearnerFixture.minibatch(784, step), step);
            }
            return learner.weightsSha256();
        }
    }

    private static LossTerm.Builder dfnd() {
        return LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9));
    }

    private static TrainingSpec spec(SgdSpec sgd, LossTerm.Builder term) {
        return TrainingSpecs.withDefaults(TrainingSpec.newBuilder()
                .setStudentModel("model")
                .setSeed(3)
                .setMaxSteps(100)
                .setSgd(sgd)
                .addTerms(term)
                .build());
    }
}
