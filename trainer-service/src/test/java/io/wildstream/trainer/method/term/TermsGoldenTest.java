// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.AlsdLoss;
import io.wildstream.contracts.v1.CcForm;
import io.wildstream.contracts.v1.CcLoss;
import io.wildstream.contracts.v1.CrossEntropyLoss;
import io.wildstream.contracts.v1.DistLoss;
import io.wildstream.contracts.v1.DkdLoss;
import io.wildstream.contracts.v1.DmlLoss;
import io.wildstream.contracts.v1.HeLoss;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.KdFnLoss;
import io.wildstream.contracts.v1.KdLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.LsrLoss;
import io.wildstream.contracts.v1.PktLoss;
import io.wildstream.contracts.v1.RkdLoss;
import io.wildstream.contracts.v1.RowNorm;
import io.wildstream.contracts.v1.SimilarClasses;
import io.wildstream.contracts.v1.SpLoss;
import io.wildstream.contracts.v1.TfKdRegForm;
import io.wildstream.contracts.v1.TfKdRegLoss;
import io.wildstream.contracts.v1.TfKdSelfLoss;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.term.feature.CcEmbeddingTerm;
import io.wildstream.trainer.method.term.feature.FitNetTerm;
import io.wildstream.trainer.method.term.feature.RkdTerm;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every term against values of the authors' own functions. */
class TermsGoldenTest {

    private static final double EXACT = 1e-10;

    private final Golden golden = Golden.load();
    private final TermArrays arrays = TermArrays.golden(golden);

    @AfterEach
    void close() {
        arrays.close();
    }

    @Test
    void crossEntropyAndDistillation() {
        assertGolden("basics/ce", LossTerm.newBuilder().setCe(CrossEntropyLoss.getDefaultInstance()));
        assertGolden("hinton_kd/T4_alpha0.9", kd(4, 0.9));
        assertGolden("hinton_kd/T1_alpha0.5", kd(1, 0.5));
        assertGolden("hinton_kd/T20_alpha0.95", kd(20, 0.95));
        assertGradient("hinton_kd/grad_T4_soft_only", kd(4, 1));
    }

    @Test
    void featureNormalisedDistillation() {
        double paper = golden.number("kd_fn/paper_tau2_lambda3");
        assertThat(arrays.value(kdFn(2, 3))).isCloseTo(paper, within(EXACT));
        assertThat((paper - golden.number("basics/ce")) / 9).isCloseTo(golden.number("kd_fn/soft_tau2"), within(EXACT));
        assertGradient("kd_fn/grad_paper_norm_detached", kdFn(2, 3));
        assertGolden("kd_fn/code_norm2_w9", kdFnCode(2));
        assertGolden("kd_fn/code_norm2.5_w9", kdFnCode(2.5));
        assertGolden(
                "kd_fn/he_r2", LossTerm.newBuilder().setHe(HeLoss.newBuilder().setR(2)));
    }

    @Test
    void normsOfBothNetworks() {
        assertThat(Torch.scoped(() -> Losses.norms(arrays.teacherFeatures).toDoubleArray()))
                .containsExactly(golden.vector("basics/teacher_norms"), within(EXACT));
        assertThat(Torch.scoped(() -> Losses.norms(arrays.studentFeatures).toDoubleArray()))
                .containsExactly(golden.vector("basics/student_norms"), within(EXACT));
    }

    @Test
    void smoothedLabels() {
        assertGolden(
                "smoothing/lsr_0.1",
                LossTerm.newBuilder().setLsr(LsrLoss.newBuilder().setAlpha(0.1)));
        assertGolden(
                "smoothing/lsr_tfkd_repo_0.1",
                LossTerm.newBuilder().setLsr(LsrLoss.newBuilder().setAlpha(0.1).setOthersOnly(true)));
        assertGolden(
                "smoothing/lsd_0.2",
                LossTerm.newBuilder().setLsr(LsrLoss.newBuilder().setAlpha(0.2)));
        AlsdLoss.Builder alsd = AlsdLoss.newBuilder().setEpsilon1(0.2).setEpsilon2(0.02);
        for (int label = 0; label < arrays.student.getShape().get(1); label++) {
            SimilarClasses.Builder similar = SimilarClasses.newBuilder();
            golden.at("inputs/similar_classes/" + label).forEach(other -> similar.addClasses(other.asInt()));
            alsd.addSimilar(similar);
        }
        assertGolden("smoothing/alsd_0.2_0.02", LossTerm.newBuilder().setAlsd(alsd));
    }

    @Test
    void virtualTeacher() {
        assertGolden(
                "tf_kd/reg_code_a0.99_T20_alpha0.1_m100",
                reg(20, 0.1).setForm(TfKdRegForm.TF_KD_REG_FORM_CODE).setMultiplier(100));
        assertGolden("tf_kd/reg_code_a0.99_T40_alpha0.95_m1", reg(40, 0.95).setMultiplier(1));
        assertGolden("tf_kd/reg_paper_a0.99_T20_alpha0.1", reg(20, 0.1).setForm(TfKdRegForm.TF_KD_REG_FORM_PAPER));
        assertGolden("tf_kd/reg_paper_logp_a0.99_T20_alpha0.1", reg(20, 0.1).setForm(TfKdRegForm.TF_KD_REG_FORM_LOG_P));
        double[] target = golden.vector("tf_kd/virtual_teacher_K100_a0.99_T20");
        double[] logP = golden.vector("tf_kd/virtual_teacher_K100_a0.99_T20_logp");
        NDArray virtual = TfKdRegTerm.virtualTeacher(
                arrays.manager.eye(100).toType(ai.djl.ndarray.types.DataType.FLOAT64, false), 0.99);
        assertFirstAndOther(Losses.softened(virtual, 20), target);
        assertFirstAndOther(Losses.softened(virtual.log(), 20), logP);
    }

    private static void assertFirstAndOther(NDArray rows, double[] expected) {
        assertThat(rows.getDouble(0, 0)).isCloseTo(expected[0], within(EXACT));
        assertThat(rows.getDouble(0, 1)).isCloseTo(expected[1], within(EXACT));
    }

    @Test
    void earlierSelf() {
        assertGolden(
                "tf_kd/self_code_T20_alpha0.95_m1",
                LossTerm.newBuilder()
                        .setTfKdSelf(TfKdSelfLoss.newBuilder()
                                .setTemperature(20)
                                .setAlpha(0.95)
                                .setMultiplier(1)));
        assertThat(value(() -> PsKdTerm.loss(arrays.student, arrays.labels, arrays.teacher, 0.4)))
                .isCloseTo(golden.number("schemes/ps_kd_alpha0.4"), within(EXACT));
    }

    @Test
    void decoupledDistillation() {
        DkdLoss.Builder dkd = DkdLoss.newBuilder().setTemperature(4);
        double target =
                arrays.value(LossTerm.newBuilder().setDkd(dkd.setAlpha(1).setBeta(0)));
        double others =
                arrays.value(LossTerm.newBuilder().setDkd(dkd.setAlpha(0).setBeta(1)));
        assertThat(target).isCloseTo(golden.number("dkd/tckd_T4"), within(EXACT));
        assertThat(others).isCloseTo(golden.number("dkd/nckd_T4"), within(EXACT));
        assertGolden(
                "dkd/alpha1_beta8_T4",
                LossTerm.newBuilder().setDkd(dkd.setAlpha(1).setBeta(8)));
    }

    @Test
    void correlationOfProbabilities() {
        assertGolden(
                "dist/b1_g1_tau1",
                LossTerm.newBuilder().setDist(DistLoss.newBuilder().setTemperature(1)));
        LossTerm.Builder tau4 =
                LossTerm.newBuilder().setDist(DistLoss.newBuilder().setTemperature(4));
        assertGolden("dist/b1_g1_tau4", tau4);
        assertThat(arrays.value(tau4) / 16).isCloseTo(golden.number("dist/b1_g1_tau4_no_tau2"), within(EXACT));
    }

    @Test
    void relationsBetweenSamples() {
        assertThat(value(() -> RkdTerm.distance(arrays.studentFeatures, arrays.teacherFeatures)))
                .isCloseTo(golden.number("rkd/distance"), within(EXACT));
        assertThat(value(() -> RkdTerm.angle(arrays.studentFeatures, arrays.teacherFeatures)))
                .isCloseTo(golden.number("rkd/angle"), within(EXACT));
        assertGolden("rkd/w25_w50", LossTerm.newBuilder().setRkd(RkdLoss.getDefaultInstance()));
        assertGolden("sp", LossTerm.newBuilder().setSp(SpLoss.getDefaultInstance()));
        assertGolden(
                "sp_l1_rows_torchdistill",
                LossTerm.newBuilder().setSp(SpLoss.newBuilder().setRowNorm(RowNorm.ROW_NORM_L1)));
        assertGolden("pkt", LossTerm.newBuilder().setPkt(PktLoss.getDefaultInstance()));
        assertGolden(
                "cc/rbf_g0.4_P2",
                LossTerm.newBuilder().setCc(CcLoss.newBuilder().setForm(CcForm.CC_FORM_KERNEL)));
        assertThat(value(() -> CcEmbeddingTerm.neighbours(arrays.studentFeatures, arrays.teacherFeatures)))
                .isCloseTo(golden.number("cc/repdistiller_identity_embed"), within(EXACT));
    }

    @Test
    void features() {
        NDArray weight = Golden.array(arrays.manager, golden.matrix("inputs/regressor_w"));
        NDArray bias = arrays.manager.create(golden.vector("inputs/regressor_b"));
        NDArray mapped = LinearMap.apply(arrays.studentFeatures, weight, bias);
        assertThat(mapped.sub(arrays.teacherFeatures).square().mean().getDouble())
                .isCloseTo(golden.number("fitnet/mse_mean"), within(EXACT));
        assertThat(value(() -> FitNetTerm.halfSum(mapped, arrays.teacherFeatures)))
                .isCloseTo(golden.number("fitnet/paper_half_sum"), within(EXACT));
    }

    @Test
    void mutualLearning() {
        assertThat(value(() -> DmlTerm.loss(arrays.student, arrays.teacher, arrays.labels, 1)))
                .isCloseTo(golden.number("schemes/dml_net1"), within(EXACT));
        double both = golden.number("schemes/dml_net1")
                + value(() -> DmlTerm.loss(arrays.teacher, arrays.student, arrays.labels, 1));
        assertThat(arrays.value(LossTerm.newBuilder().setDml(DmlLoss.getDefaultInstance())))
                .isCloseTo(both, within(EXACT));
    }

    @Test
    void selectionWithinAMinibatch() {
        NDArray kd = DfndLoss.distillation(arrays.student, arrays.teacher, 4, 0.5);
        assertThat(kd.getDouble() + golden.number("dfnd/nll_q_init"))
                .isCloseTo(golden.number("dfnd/loss_in_batch_half_q_init"), within(EXACT));
    }

    private static LossTerm.Builder kd(double temperature, double alpha) {
        return LossTerm.newBuilder()
                .setKd(KdLoss.newBuilder().setTemperature(temperature).setAlpha(alpha));
    }

    private static LossTerm.Builder kdFn(double tau, double lambda) {
        return LossTerm.newBuilder().setKdFn(KdFnLoss.newBuilder().setTau(tau).setLambda(lambda));
    }

    private LossTerm.Builder kdFnCode(double clip) {
        KdFnLoss.Builder code = KdFnLoss.newBuilder()
                .setForm(KdFnForm.KD_FN_FORM_CODE)
                .setTau(clip)
                .setLambda(3);
        Arrays.stream(golden.vector("inputs/teacher_bias")).forEach(code::addTeacherBias);
        return LossTerm.newBuilder().setKdFn(code);
    }

    private static TfKdRegLoss.Builder reg(double temperature, double alpha) {
        return TfKdRegLoss.newBuilder().setA(0.99).setTemperature(temperature).setAlpha(alpha);
    }

    private void assertGolden(String path, TfKdRegLoss.Builder reg) {
        assertGolden(path, LossTerm.newBuilder().setTfKdReg(reg));
    }

    private void assertGolden(String path, LossTerm.Builder term) {
        assertThat(arrays.value(term)).as(path).isCloseTo(golden.number(path), within(EXACT));
    }

    private void assertGradient(String path, LossTerm.Builder term) {
        arrays.student.setRequiresGradient(true);
        io.wildstream.trainer.method.term.LossTerm made = arrays.term(term);
        Torch.backward(() -> made.loss(arrays.forward()).value());
        double[] expected = Arrays.stream(golden.matrix(path))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        assertThat(arrays.student.getGradient().toDoubleArray()).containsExactly(expected, within(EXACT));
        arrays.student.setRequiresGradient(false);
    }

    private static double value(Supplier<NDArray> scalar) {
        return Torch.scoped(() -> scalar.get().getDouble());
    }
}
