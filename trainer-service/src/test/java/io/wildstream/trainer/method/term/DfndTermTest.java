// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.engine.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DfndTermTest {

    /** Two samples whose teacher names the classes 0 and 1, while their own labels are 2 and 1. */
    private final TermArrays arrays = new TermArrays(
            new double[][] {{0.2, -0.4, 0.9}, {0.1, 0.7, -0.3}},
            new double[][] {{1, 0}, {0, 1}},
            new double[][] {{3, 0, 0}, {0, 3, 0}},
            new double[][] {{1, 1}, {1, 2}},
            new double[] {2, 1},
            new double[] {0, 0, 0});

    @AfterEach
    void free() {
        arrays.close();
    }

    @Test
    void theNoisyLabelPartTakesTheLabelsAndTheDistillationTheTeacher() {
        // Given
        try (DfndTerm term = new DfndTerm(spec(0.9), 3)) {

            // When
            double noisyLabel = part(term, "dfnd.noisy_label");
            double distillation = part(term, "dfnd.kd");

            // Then
            assertThat(noisyLabel)
                    .isCloseTo(noisyLabel(2, 1), within(1e-5))
                    .isNotCloseTo(noisyLabel(0, 1), within(0.1));
            assertThat(distillation)
                    .isCloseTo(
                            Torch.scoped(() -> io.wildstream.trainer.method.term.DfndLoss.distillation(
                                            arrays.student, arrays.teacher, 4)
                                    .getDouble()),
                            within(1e-5));
            assertThat(Torch.scoped(() -> number(term.loss(forward()).value())))
                    .isCloseTo(noisyLabel + distillation, within(1e-5));
        }
    }

    /** -ln of the mean over the samples of (softmax(z) Q)_y, written out. */
    private double noisyLabel(int... labels) {
        double[][] logits = {{0.2, -0.4, 0.9}, {0.1, 0.7, -0.3}};
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double all = 0;
            for (double logit : logits[i]) {
                all += Math.exp(logit);
            }
            double probability = 0;
            for (int k = 0; k < 3; k++) {
                probability += Math.exp(logits[i][k]) / all * (k == labels[i] ? 0.9 : 0.05);
            }
            sum -= Math.log(probability);
        }
        return sum / labels.length;
    }

    @Test
    void qIsRowStochasticAndKeepsItsDiagonal() {
        try (DfndTerm term = new DfndTerm(spec(0.8), 3)) {
            for (List<Float> row : term.noiseMatrix()) {
                assertThat(row.stream().mapToDouble(Float::doubleValue).sum()).isCloseTo(1, within(1e-6));
            }
            assertThat(term.noiseMatrix().get(1).get(0)).isCloseTo(0.1f, within(1e-6f));
            assertThat(term.noiseMatrix().get(1).get(1)).isEqualTo(0.8f);
            assertThat(term.noiseMatrix().get(1).get(2)).isCloseTo(0.1f, within(1e-6f));
            assertThat(term.describe()).containsEntry("q", term.noiseMatrix());
        }
    }

    @Test
    void aLaterSpecChangesTheDiagonalAndTheRate() {
        try (DfndTerm term = new DfndTerm(spec(0.8), 3)) {
            // When
            LossTerm.Builder later = spec(0.6).toBuilder();
            later.getDfndBuilder().setQLearningRate(0.25);
            boolean kept = term.configure(later.build());

            // Then
            assertThat(kept).isTrue();
            assertThat(term.noiseMatrix().get(0).get(0)).isEqualTo(0.6f);
            assertThat(term.learningRate()).isEqualTo(0.25);
            assertThat(term.parameters()).containsOnlyKeys("q_raw");
        }
    }

    private double part(DfndTerm term, String name) {
        return Torch.scoped(() -> {
            NDArray part = term.loss(forward()).parts().get(name);
            assertThat(part).isNotNull();
            return number(part);
        });
    }

    /** The arrays in the precision of training. */
    private Forward forward() {
        NDArray norms = Losses.norms(arrays.teacherFeatures);
        return new Forward(
                new Forward.Outputs(single(arrays.student), single(arrays.studentFeatures)),
                single(arrays.labels),
                new Forward.Teacher(single(arrays.teacher), single(norms), null, null),
                null,
                null,
                null,
                0.5,
                1);
    }

    private static NDArray single(NDArray array) {
        return array.toType(DataType.FLOAT32, true);
    }

    private static double number(NDArray scalar) {
        return scalar.toType(DataType.FLOAT64, false).getDouble();
    }

    private LossTerm spec(double diagonal) {
        return arrays.filled(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(diagonal)));
    }
}
