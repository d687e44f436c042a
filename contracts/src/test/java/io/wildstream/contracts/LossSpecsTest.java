// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.wildstream.contracts.v1.AlsdLoss;
import io.wildstream.contracts.v1.BanLoss;
import io.wildstream.contracts.v1.CcForm;
import io.wildstream.contracts.v1.CcLoss;
import io.wildstream.contracts.v1.CrossEntropyLoss;
import io.wildstream.contracts.v1.DmlLoss;
import io.wildstream.contracts.v1.FitNetLoss;
import io.wildstream.contracts.v1.KdFnLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.OfflineSpec;
import io.wildstream.contracts.v1.PsKdLoss;
import io.wildstream.contracts.v1.Range;
import io.wildstream.contracts.v1.Ranges;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.SimilarClasses;
import io.wildstream.contracts.v1.TeacherInput;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LossSpecsTest {

    private static final Map<String, Double> WEIGHTS =
            Map.of("fitnet", 100.0, "sp", 3000.0, "cc", 100.0, "pkt", 30000.0, "dist", 2.0);

    @Test
    void everyTermHasAWeightAndSaysWhatItReads() {
        assertThat(LossSpecs.names()).hasSize(19).contains("dfnd", "kd", "kd_fn", "tf_kd_reg", "ban");
        for (String name : LossSpecs.names()) {
            LossTerm term = LossSpecs.named(name);
            assertThat(term).isNotNull();
            assertThat(filled(term).getWeight()).as(name).isEqualTo(WEIGHTS.getOrDefault(name, 1.0));
            assertThat(LossSpecs.input(term)).as(name).isNotEqualTo(TeacherInput.TEACHER_INPUT_UNSPECIFIED);
            assertThat(LossSpecs.name(term.getTermCase())).isEqualTo(name);
        }
        assertThat(LossSpecs.named("weight")).isNull();
        assertThat(LossSpecs.named("nonsense")).isNull();
    }

    @Test
    void theEmbeddingFormOfCorrelationCongruenceHasAWeightOfItsOwn() {
        LossTerm term = LossTerm.newBuilder()
                .setCc(CcLoss.newBuilder().setForm(CcForm.CC_FORM_EMBEDDING))
                .build();
        assertThat(filled(term).getWeight()).isEqualTo(0.02);
    }

    @Test
    void aSpecNeedsWhatTheMostDemandingTermNeeds() {
        assertThat(TrainingSpecs.input(spec(ce()))).isEqualTo(TeacherInput.TEACHER_INPUT_NONE);
        assertThat(TrainingSpecs.input(spec())).isEqualTo(TeacherInput.TEACHER_INPUT_LOGITS);
        assertThat(TrainingSpecs.input(spec(ce(), LossTerm.newBuilder().setKdFn(KdFnLoss.getDefaultInstance()))))
                .isEqualTo(TeacherInput.TEACHER_INPUT_NORM);
        assertThat(TrainingSpecs.input(spec(LossTerm.newBuilder().setFitnet(FitNetLoss.getDefaultInstance()), ce())))
                .isEqualTo(TeacherInput.TEACHER_INPUT_FEATURES);
    }

    static Stream<Arguments> numbers() {
        List<Arguments> all = new ArrayList<>();
        for (String name : LossSpecs.names()) {
            FieldDescriptor term = LossTerm.getDescriptor().findFieldByName(name);
            for (FieldDescriptor field : term.getMessageType().getFields()) {
                if (field.getOptions().hasExtension(Ranges.range)) {
                    Range range = field.getOptions().getExtension(Ranges.range);
                    for (double bad : outside(range, field.getJavaType() == FieldDescriptor.JavaType.INT)) {
                        all.add(Arguments.of(name, field, bad));
                    }
                }
            }
        }
        return all.stream();
    }

    private static List<Double> outside(Range range, boolean whole) {
        List<Double> bad = new ArrayList<>(List.of(range.getMin() - 1));
        if (range.getAboveMin()) {
            bad.add(range.getMin());
        }
        if (range.hasMax()) {
            bad.add(range.getMax() + 1);
        }
        if (range.getBelowMax()) {
            bad.add(range.getMax());
        }
        if (!whole) {
            bad.addAll(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        }
        return bad;
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberOutOfItsRangeIsRefusedByItsName(String name, FieldDescriptor field, double bad) {
        // Given
        FieldDescriptor term = LossTerm.getDescriptor().findFieldByName(name);
        LossTerm.Builder wrong = LossTerm.newBuilder();
        Message.Builder loss = wrong.newBuilderForField(term);
        boolean whole = field.getJavaType() == FieldDescriptor.JavaType.INT;
        loss.setField(field, whole ? (Object) (int) bad : (Object) bad);
        wrong.setField(term, loss.build());

        // When // Then
        String path = "terms[0]." + name + "." + field.getName() + ": ";
        assertThat(TrainingSpecs.problems(spec(wrong)))
                .anySatisfy(problem -> assertThat(problem).startsWith(path));
        loss.setField(
                field, of(field, field.getOptions().getExtension(Ranges.range).getDefaultValue()));
        assertThat(TrainingSpecs.problems(spec(wrong.setField(term, loss.build()))))
                .isEmpty();
    }

    private static Object of(FieldDescriptor field, double value) {
        return field.getJavaType() == FieldDescriptor.JavaType.INT ? (Object) (int) value : (Object) value;
    }

    @Test
    void whatTiesFieldsTogetherIsChecked() {
        AlsdLoss.Builder alsd = AlsdLoss.newBuilder().setEpsilon1(0.9).setEpsilon2(0.2);
        assertProblem(spec(LossTerm.newBuilder().setAlsd(alsd)), "terms[0].alsd.epsilon2");
        assertProblem(
                spec(LossTerm.newBuilder().setBan(BanLoss.newBuilder().setGenerationSteps(-1))),
                "terms[0].ban.generation_steps");
        LossTerm.Builder mutual = LossTerm.newBuilder().setDml(DmlLoss.getDefaultInstance());
        assertProblem(spec(mutual, mutual), "terms");
        assertProblem(
                spec(
                        LossTerm.newBuilder().setBan(BanLoss.getDefaultInstance()),
                        LossTerm.newBuilder().setPsKd(PsKdLoss.getDefaultInstance())),
                "terms");
        assertProblem(spec(LossTerm.newBuilder().setCc(CcLoss.newBuilder().setFormValue(9))), "terms[0].cc.form");
        assertProblem(spec().toBuilder().setLabelsValue(7).build(), "labels");
    }

    @Test
    void whatDependsOnTheClassesIsCheckedWhenTheyAreKnown() {
        assertResolvedProblem(
                LossTerm.newBuilder().setAlsd(AlsdLoss.newBuilder().addSimilar(SimilarClasses.getDefaultInstance())),
                "terms[0].alsd.similar");
        AlsdLoss.Builder own = AlsdLoss.newBuilder();
        for (int i = 0; i < 3; i++) {
            own.addSimilar(SimilarClasses.newBuilder().addClasses(0));
        }
        assertResolvedProblem(LossTerm.newBuilder().setAlsd(own), "terms[0].alsd.similar[0]");
        assertResolvedProblem(
                LossTerm.newBuilder().setKdFn(KdFnLoss.newBuilder().addTeacherBias(1)), "terms[0].kd_fn.teacher_bias");
        assertResolvedProblem(LossTerm.newBuilder().setFitnet(FitNetLoss.getDefaultInstance()), "teacher_feature_size");
    }

    @Test
    void theOfflineSchemeHasAnEnd() {
        // Given
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("m")
                .setOffline(OfflineSpec.newBuilder().setEpochs(3))
                .build();

        // When
        TrainingSpec filled = TrainingSpecs.require(spec);

        // Then
        assertThat(filled.getSchedule().getKind()).isEqualTo(ScheduleKind.SCHEDULE_KIND_COSINE);
        assertProblem(
                spec.toBuilder()
                        .setOffline(OfflineSpec.newBuilder().setEpochs(-1))
                        .build(),
                "offline.epochs");
    }

    private static void assertProblem(TrainingSpec spec, String path) {
        assertThat(TrainingSpecs.problems(spec))
                .anySatisfy(problem -> assertThat(problem).startsWith(path + ": "));
    }

    private static void assertResolvedProblem(LossTerm.Builder term, String path) {
        assertThat(TrainingSpecs.problemsOfResolved(spec(term), 3))
                .anySatisfy(problem -> assertThat(problem).startsWith(path + ": "));
    }

    private static LossTerm.Builder ce() {
        return LossTerm.newBuilder().setCe(CrossEntropyLoss.getDefaultInstance());
    }

    private static LossTerm filled(LossTerm term) {
        return TrainingSpecs.withDefaults(spec(term.toBuilder())).getTerms(0);
    }

    private static TrainingSpec spec(LossTerm.Builder... terms) {
        TrainingSpec.Builder spec =
                TrainingSpec.newBuilder().setStudentModel("m").setMaxSteps(10);
        for (LossTerm.Builder term : terms) {
            spec.addTerms(term);
        }
        return spec.build();
    }
}
