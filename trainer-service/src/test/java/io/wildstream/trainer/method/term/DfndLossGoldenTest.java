// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.Torch;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DfndLossGoldenTest {

    private static final double EXACT = 1e-12;

    private final Golden golden = Golden.load();
    private NDManager manager;
    private NDArray student;
    private NDArray teacher;
    private NDArray labels;
    private double[][] raw;

    @BeforeEach
    void arrays() {
        manager = Torch.newManager();
        student = Golden.array(manager, golden.matrix("inputs/student_logits"));
        double[][] teacherLogits = golden.matrix("inputs/teacher_logits");
        teacher = Golden.array(manager, teacherLogits);
        labels = indicators(golden.vector("basics/teacher_argmax"), teacherLogits[0].length);
        raw = golden.matrix("inputs/q_raw");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void distillationTerm() {
        assertThat(value(() -> DfndLoss.distillation(student, teacher, 4)))
                .isCloseTo(golden.number("dfnd/kd_term_T4"), within(EXACT));
        assertThat(value(() -> DfndLoss.distillation(student, teacher, 1)))
                .isCloseTo(golden.number("basics/kl_T1"), within(EXACT));
    }

    @Test
    void matrixQ() {
        assertMatrix(zeroQ(accuracy()), golden.matrix("dfnd/q_init_acc"));
        assertMatrix(zeroQ(perClass()), golden.matrix("dfnd/q_init_per_class"));
        assertMatrix(DfndLoss.q(Golden.array(manager, raw), accuracy()), golden.matrix("dfnd/q_learned"));
    }

    @Test
    void noisyLabelTerm() {
        assertThat(noisyLabel(zeroQ(accuracy()))).isCloseTo(golden.number("dfnd/nll_q_init"), within(EXACT));
        assertThat(noisyLabel(zeroQ(perClass()))).isCloseTo(golden.number("dfnd/nll_q_per_class"), within(EXACT));
        assertThat(noisyLabel(DfndLoss.q(Golden.array(manager, raw), accuracy())))
                .isCloseTo(golden.number("dfnd/nll_q_learned"), within(EXACT));
    }

    @Test
    void wholeLoss() {
        assertThat(value(() -> loss(student, zeroQ(accuracy()))))
                .isCloseTo(golden.number("dfnd/loss_q_init"), within(EXACT));
        assertThat(value(() -> loss(student, zeroQ(perClass()))))
                .isCloseTo(golden.number("dfnd/loss_q_per_class"), within(EXACT));
        assertThat(value(() -> loss(student, DfndLoss.q(Golden.array(manager, raw), accuracy()))))
                .isCloseTo(golden.number("dfnd/loss_q_learned"), within(EXACT));
    }

    @Test
    void gradients() {
        // Given
        NDArray learned = Golden.array(manager, raw);
        learned.setRequiresGradient(true);
        student.setRequiresGradient(true);

        // When
        Torch.backward(() -> loss(student, DfndLoss.q(learned, accuracy())));

        // Then
        assertMatrix(student.getGradient(), golden.matrix("dfnd/grad_student_logits_q_learned"));
        assertMatrix(learned.getGradient(), golden.matrix("dfnd/grad_q_raw"));
    }

    @Test
    void gradientsSurviveAGarbageCollection() {
        // Given
        NDArray learned = Golden.array(manager, raw);
        learned.setRequiresGradient(true);
        student.setRequiresGradient(true);

        // When
        Torch.backward(() -> {
            NDArray value = loss(student, DfndLoss.q(learned, accuracy()));
            collectGarbage();
            return value;
        });

        // Then
        assertMatrix(student.getGradient(), golden.matrix("dfnd/grad_student_logits_q_learned"));
        assertMatrix(learned.getGradient(), golden.matrix("dfnd/grad_q_raw"));
    }

    /** Returns when buffers that nobody refers to have been freed. */
    private static void collectGarbage() {
        AtomicBoolean collected = new AtomicBoolean();
        Cleaner.create().register(new Object(), () -> collected.set(true));
        for (int i = 0; i < 3; i++) {
            Awaitility.await().until(() -> {
                System.gc();
                return collected.get();
            });
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        // Given
        double[][] logits = golden.matrix("inputs/student_logits");
        NDArray learned = Golden.array(manager, raw);
        learned.setRequiresGradient(true);
        student.setRequiresGradient(true);

        // When
        Torch.backward(() -> loss(student, DfndLoss.q(learned, perClass())));

        // Then
        assertFiniteDifferences(
                logits, student.getGradient(), z -> loss(z, DfndLoss.q(Golden.array(manager, raw), perClass())));
        assertFiniteDifferences(
                raw, learned.getGradient(), r -> loss(Golden.array(manager, logits), DfndLoss.q(r, perClass())));
    }

    @Test
    void aVanishedProbabilityIsHeldAboveZero() {
        // Given
        NDArray certain = manager.create(new double[] {2000, 0}, new Shape(1, 2));
        NDArray identity = manager.eye(2).toType(DataType.FLOAT64, false);
        NDArray second = manager.create(new double[] {0, 1}, new Shape(1, 2));

        // When
        double value = value(() -> DfndLoss.noisyLabel(certain, identity, second));

        // Then
        assertThat(value).isCloseTo(-Math.log(1e-12), within(EXACT));
    }

    private NDArray loss(NDArray z, NDArray q) {
        return DfndLoss.distillation(z, teacher, 4).add(DfndLoss.noisyLabel(z, q, labels));
    }

    private double noisyLabel(NDArray q) {
        return value(() -> DfndLoss.noisyLabel(student, q, labels));
    }

    private NDArray accuracy() {
        return manager.ones(new Shape(raw.length, 1), DataType.FLOAT64).mul(golden.number("inputs/teacher_acc"));
    }

    private NDArray perClass() {
        return manager.create(golden.vector("inputs/teacher_acc_per_class"), new Shape(raw.length, 1));
    }

    private NDArray zeroQ(NDArray diagonal) {
        return DfndLoss.q(manager.zeros(new Shape(raw.length, raw.length - 1), DataType.FLOAT64), diagonal);
    }

    private NDArray indicators(double[] classes, int count) {
        double[][] rows = new double[classes.length][count];
        for (int i = 0; i < classes.length; i++) {
            rows[i][(int) classes[i]] = 1;
        }
        return Golden.array(manager, rows);
    }

    private static double value(Supplier<NDArray> scalar) {
        return Torch.scoped(() -> scalar.get().getDouble());
    }

    private static void assertMatrix(NDArray actual, double[][] expected) {
        double[] values = actual.toDoubleArray();
        double[] flat = Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray();
        assertThat(values).containsExactly(flat, within(EXACT));
    }

    private void assertFiniteDifferences(double[][] at, NDArray gradient, Function<NDArray, NDArray> loss) {
        double[] analytic = gradient.toDoubleArray();
        double h = 1e-5;
        for (int row = 0; row < at.length; row++) {
            for (int column = 0; column < at[row].length; column++) {
                double numeric = (shifted(at, row, column, h, loss) - shifted(at, row, column, -h, loss)) / (2 * h);
                assertThat(analytic[row * at[row].length + column])
                        .as("row %d column %d", row, column)
                        .isCloseTo(numeric, within(1e-9));
            }
        }
    }

    private double shifted(double[][] at, int row, int column, double by, Function<NDArray, NDArray> loss) {
        double[][] moved = Arrays.stream(at).map(double[]::clone).toArray(double[][]::new);
        moved[row][column] += by;
        return value(() -> loss.apply(Golden.array(manager, moved)));
    }
}
