// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.RowNorm;
import io.wildstream.contracts.v1.TfKdRegForm;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.term.feature.CcEmbeddingTerm;
import io.wildstream.trainer.method.term.feature.FitNetTerm;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of all terms against central differences, and their values where numbers are extreme. */
class TermGradientsTest {

    private static final double STEP = 1e-6;
    /** Logits are the only input of these: what they read of the features is held constant or learned by float32 maps. */
    private static final List<String> LOGITS_ONLY = List.of("kd_fn", "he");

    private final TermArrays arrays = random(6, 4, 5, 3, 11);

    @AfterEach
    void close() {
        arrays.close();
    }

    static Stream<String> terms() {
        return LossSpecs.names().stream();
    }

    static Stream<LossTerm.Builder> forms() {
        LossTerm.Builder clipped = builder("kd_fn");
        clipped.getKdFnBuilder().setForm(KdFnForm.KD_FN_FORM_CODE).setTau(0.1);
        LossTerm.Builder rows = builder("sp");
        rows.getSpBuilder().setRowNorm(RowNorm.ROW_NORM_L1);
        LossTerm.Builder paper = builder("tf_kd_reg");
        paper.getTfKdRegBuilder().setForm(TfKdRegForm.TF_KD_REG_FORM_PAPER);
        LossTerm.Builder logP = builder("tf_kd_reg");
        logP.getTfKdRegBuilder().setForm(TfKdRegForm.TF_KD_REG_FORM_LOG_P);
        LossTerm.Builder others = builder("lsr");
        others.getLsrBuilder().setOthersOnly(true);
        LossTerm.Builder inBatch = builder("dfnd");
        inBatch.getDfndBuilder().setInBatchRatio(0.5);
        return Stream.of(clipped, rows, paper, logP, others, inBatch);
    }

    /** All but those that have a test of their own, for what they hold constant or learn. */
    static Stream<String> plainTerms() {
        return terms().filter(name -> !List.of("dml", "fitnet", "dfnd").contains(name));
    }

    @ParameterizedTest
    @MethodSource("plainTerms")
    void agreesWithFiniteDifferences(String name) {
        assertGradients(builder(name), LOGITS_ONLY.contains(name));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void agreesWithFiniteDifferencesInItsOtherForms(LossTerm.Builder form) {
        if (form.hasDfnd()) {
            assertGradient(arrays.student, z -> DfndLoss.distillation(z, arrays.teacher, 4, 0.5));
            return;
        }
        assertGradients(form, false);
    }

    private void assertGradients(LossTerm.Builder spec, boolean logitsOnly) {
        io.wildstream.trainer.method.term.LossTerm term = arrays.term(spec);
        assertGradient(arrays.student, z -> loss(term, z, arrays.studentFeatures));
        if (!logitsOnly) {
            assertGradient(arrays.studentFeatures, f -> loss(term, arrays.student, f));
        }
    }

    private NDArray loss(io.wildstream.trainer.method.term.LossTerm term, NDArray logits, NDArray features) {
        return term.loss(arrays.forward(logits, features, arrays.teacher, null, 100))
                .value();
    }

    @Test
    void eachNetworkOfMutualLearningHasTheGradientOfItsOwnPart() {
        assertGradient(arrays.student, z -> DmlTerm.loss(z, arrays.teacher, arrays.labels, 0.7));

        // the gradient of the sum is that of the own part
        NDArray own = gradient(arrays.student, z -> DmlTerm.loss(z, arrays.teacher, arrays.labels, 1));
        io.wildstream.trainer.method.term.LossTerm both = arrays.term(builder("dml"));
        NDArray sum = gradient(
                arrays.student,
                z -> both.loss(arrays.forward(z, arrays.studentFeatures, null, arrays.teacher, 1))
                        .value());
        assertThat(sum.toDoubleArray()).containsExactly(own.toDoubleArray(), within(1e-14));
    }

    @Test
    void learnedMapsAgreeWithFiniteDifferences() {
        NDArray weight = normal(3, 4, 5);
        NDArray bias = normal(1, 3, 6);
        Function<NDArray, NDArray> hint =
                f -> FitNetTerm.halfSum(LinearMap.apply(f, weight, bias.reshape(new Shape(3))), arrays.teacherFeatures);
        assertGradient(arrays.studentFeatures, hint);
        assertGradient(
                weight,
                w -> FitNetTerm.halfSum(
                        LinearMap.apply(arrays.studentFeatures, w, bias.reshape(new Shape(3))),
                        arrays.teacherFeatures));
        assertGradient(
                bias,
                b -> FitNetTerm.halfSum(
                        LinearMap.apply(arrays.studentFeatures, weight, b.reshape(new Shape(3))),
                        arrays.teacherFeatures));
        assertGradient(
                weight,
                w -> CcEmbeddingTerm.neighbours(
                        LinearMap.apply(arrays.studentFeatures, w, bias.reshape(new Shape(3))),
                        arrays.teacherFeatures));
        NDArray other = normal(3, 3, 8);
        assertGradient(
                other,
                w -> CcEmbeddingTerm.neighbours(
                        LinearMap.apply(arrays.studentFeatures, weight, bias.reshape(new Shape(3))),
                        LinearMap.apply(arrays.teacherFeatures, w, bias.reshape(new Shape(3)))));
    }

    @ParameterizedTest
    @MethodSource("terms")
    void extremesGiveNumbers(String name) {
        try (TermArrays certain = scaled(3000);
                TermArrays twoClasses = random(4, 3, 2, 3, 5);
                TermArrays one = random(1, 3, 4, 3, 6);
                TermArrays zeros = zeroFeatures();
                TermArrays twins = twins()) {
            for (TermArrays extreme : List.of(certain, twoClasses, one, zeros, twins)) {
                assertFinite(extreme, name);
            }
        }
    }

    /** In float32, as in training, where overflow is nearer. */
    private static void assertFinite(TermArrays extreme, String name) {
        io.wildstream.trainer.method.term.LossTerm term = extreme.term(builder(name));
        NDArray z = learned(single(extreme.student));
        NDArray f = learned(single(extreme.studentFeatures));
        NDArray v = single(extreme.teacher);
        NDArray peer = learned(single(extreme.teacher));
        Forward forward = new Forward(
                new Forward.Outputs(z, f),
                single(extreme.labels),
                new Forward.Teacher(
                        v, single(Losses.norms(extreme.teacherFeatures)), single(extreme.teacherFeatures), null),
                v,
                peer,
                single(extreme.bias),
                0.5,
                3);
        double value = Torch.backward(
                () -> term.loss(forward).value().add(f.sum().mul(f.zerosLike().sum())));
        assertThat(value).as(name).isFinite();
        for (NDArray input : List.of(z, f)) {
            for (float number : input.getGradient().toFloatArray()) {
                assertThat(number).as("gradient of %s", name).isFinite();
                assertThat(Math.abs(number)).as("gradient of %s", name).isLessThan(1e8f);
            }
        }
    }

    private static NDArray single(NDArray array) {
        return array.toType(DataType.FLOAT32, true);
    }

    private static NDArray learned(NDArray array) {
        array.setRequiresGradient(true);
        return array;
    }

    private static LossTerm.Builder builder(String name) {
        LossTerm term = LossSpecs.named(name);
        assertThat(term).as(name).isNotNull();
        LossTerm.Builder builder = term.toBuilder();
        if (builder.hasDfnd()) {
            builder.getDfndBuilder().addQDiagonal(0.9);
        }
        return builder;
    }

    private void assertGradient(NDArray at, Function<NDArray, NDArray> loss) {
        double[] analytic = gradient(at, loss).toDoubleArray();
        double[] values = at.toDoubleArray();
        double scale = Math.max(
                1, java.util.Arrays.stream(analytic).map(Math::abs).max().orElse(1));
        for (int i = 0; i < values.length; i++) {
            double numeric = (shifted(at, values, i, STEP, loss) - shifted(at, values, i, -STEP, loss)) / (2 * STEP);
            assertThat(analytic[i]).as("value %d", i).isCloseTo(numeric, within(2e-7 * scale));
        }
    }

    /** The gradient, or zeros where the loss does not depend on the array. */
    private NDArray gradient(NDArray at, Function<NDArray, NDArray> loss) {
        NDArray input = learned(arrays.manager.create(at.toDoubleArray(), at.getShape()));
        Torch.backward(() -> loss.apply(input).add(input.sub(input).sum()));
        return input.getGradient();
    }

    private double shifted(NDArray at, double[] values, int index, double by, Function<NDArray, NDArray> loss) {
        double[] moved = values.clone();
        moved[index] += by;
        return Torch.scoped(
                () -> loss.apply(arrays.manager.create(moved, at.getShape())).getDouble());
    }

    private NDArray normal(int rows, int columns, int seed) {
        return Golden.array(arrays.manager, matrix(rows, columns, new Random(seed), 1));
    }

    private static TermArrays random(int size, int features, int classes, int teacherFeatures, int seed) {
        Random random = new Random(seed);
        return new TermArrays(
                matrix(size, classes, random, 1),
                matrix(size, features, random, 1),
                matrix(size, classes, random, 1.5),
                matrix(size, teacherFeatures, random, 1),
                random.ints(size, 0, classes).asDoubleStream().toArray(),
                random.doubles(classes).toArray());
    }

    /** A teacher and a student that are more than certain, of different classes. */
    private static TermArrays scaled(double factor) {
        Random random = new Random(2);
        return new TermArrays(
                matrix(4, 5, random, factor),
                matrix(4, 3, random, factor),
                matrix(4, 5, random, factor),
                matrix(4, 3, random, factor),
                new double[] {0, 1, 2, 4},
                new double[5]);
    }

    private static TermArrays zeroFeatures() {
        Random random = new Random(3);
        return new TermArrays(
                matrix(4, 5, random, 1),
                new double[4][3],
                matrix(4, 5, random, 1),
                new double[4][3],
                new double[] {0, 1, 2, 4},
                new double[5]);
    }

    /** Two samples of the minibatch are one and the same for the student, but not for the teacher. */
    private static TermArrays twins() {
        Random random = new Random(4);
        double[][] logits = matrix(4, 5, random, 1);
        double[][] features = matrix(4, 3, random, 1);
        logits[2] = logits[1].clone();
        features[2] = features[1].clone();
        return new TermArrays(
                logits,
                features,
                matrix(4, 5, random, 1),
                matrix(4, 3, random, 1),
                new double[] {0, 1, 1, 4},
                new double[5]);
    }

    private static double[][] matrix(int rows, int columns, Random random, double scale) {
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = scale * random.nextGaussian();
            }
        }
        return values;
    }
}
