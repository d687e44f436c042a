// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.wildstream.contracts.v1.AlsdLoss;
import io.wildstream.contracts.v1.CcForm;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.Range;
import io.wildstream.contracts.v1.Ranges;
import io.wildstream.contracts.v1.SimilarClasses;
import io.wildstream.contracts.v1.TeacherInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Defaults and ranges of loss terms. Those of single numbers are options in {@code losses.proto}, as are the default weight of a term and
 * its input from the teacher; only checks that involve several fields are written here.
 */
public final class LossSpecs {

    /** T of DFND's softened Kullback-Leibler divergence. */
    static final double DEFAULT_TEMPERATURE = 4;
    /** Adam's rate for Q. */
    static final double DEFAULT_Q_LEARNING_RATE = 0.001;
    /** Weight of correlation congruence between learned embeddings: RepDistiller's. */
    private static final double EMBEDDING_WEIGHT = 0.02;

    private static final double MAX_TEMPERATURE = 1000;
    private static final long MAX_STEPS = 1_000_000_000L;
    private static final OneofDescriptor TERM =
            LossTerm.getDescriptor().getRealOneofs().get(0);

    private LossSpecs() {}

    /** The term's name in a spec, such as {@code kd_fn}. */
    public static String name(TermCase term) {
        FieldDescriptor field = LossTerm.getDescriptor().findFieldByNumber(term.getNumber());
        return field == null ? "none" : field.getName();
    }

    /** The term of a name with nothing but its defaults; null when there is none of that name. */
    public static @Nullable LossTerm named(String name) {
        FieldDescriptor field = LossTerm.getDescriptor().findFieldByName(name);
        if (field == null || !TERM.equals(field.getContainingOneof())) {
            return null;
        }
        LossTerm.Builder term = LossTerm.newBuilder();
        return term.setField(field, term.newBuilderForField(field).build()).build();
    }

    /** Names of all terms, in the order of the spec. */
    public static List<String> names() {
        return TERM.getFields().stream().map(FieldDescriptor::getName).toList();
    }

    /** Which part of a teacher output the term reads. */
    public static TeacherInput input(LossTerm term) {
        FieldDescriptor field =
                LossTerm.getDescriptor().findFieldByNumber(term.getTermCase().getNumber());
        return field == null ? TeacherInput.TEACHER_INPUT_NONE : option(field).getInput();
    }

    /** Whether the term learns a map between the features of both networks, whose size must then be known. */
    public static boolean learnsAMap(LossTerm term) {
        return term.hasFitnet() || term.getCc().getForm() == CcForm.CC_FORM_EMBEDDING;
    }

    private static io.wildstream.contracts.v1.Term option(FieldDescriptor term) {
        return term.getMessageType().getOptions().getExtension(Ranges.term);
    }

    /** Writes out every default of a term. */
    static void fill(LossTerm.Builder term) {
        FieldDescriptor field =
                LossTerm.getDescriptor().findFieldByNumber(term.getTermCase().getNumber());
        if (field == null) {
            term.setWeight(term.hasWeight() ? term.getWeight() : 1);
            return;
        }
        if (!term.hasWeight()) {
            term.setWeight(defaultWeight(term, field));
        }
        Message.Builder loss = ((Message) term.getField(field)).toBuilder();
        for (FieldDescriptor number : loss.getDescriptorForType().getFields()) {
            if (number.getOptions().hasExtension(Ranges.range) && !loss.hasField(number)) {
                loss.setField(
                        number,
                        of(
                                number,
                                number.getOptions().getExtension(Ranges.range).getDefaultValue()));
            }
        }
        term.setField(field, loss.build());
        if (term.hasDfnd()) {
            fill(term.getDfndBuilder());
        }
    }

    private static double defaultWeight(LossTerm.Builder term, FieldDescriptor field) {
        if (term.getCc().getForm() == CcForm.CC_FORM_EMBEDDING) {
            return EMBEDDING_WEIGHT;
        }
        double weight = option(field).getDefaultWeight();
        return weight == 0 ? 1 : weight;
    }

    private static Object of(FieldDescriptor number, double value) {
        return number.getJavaType() == FieldDescriptor.JavaType.INT ? (Object) (int) value : (Object) value;
    }

    private static void fill(DfndLoss.Builder dfnd) {
        if (dfnd.getTemperature() == 0) {
            dfnd.setTemperature(DEFAULT_TEMPERATURE);
        }
        if (!dfnd.hasKdWeight()) {
            dfnd.setKdWeight(1);
        }
        if (!dfnd.hasNoisyLabelWeight()) {
            dfnd.setNoisyLabelWeight(1);
        }
        if (!dfnd.hasQLearningRate()) {
            dfnd.setQLearningRate(DEFAULT_Q_LEARNING_RATE);
        }
    }

    /** Checks a term whose defaults are filled in. */
    static void check(SpecProblems problems, String path, LossTerm term) {
        FieldDescriptor field =
                LossTerm.getDescriptor().findFieldByNumber(term.getTermCase().getNumber());
        problems.require(field != null, path, "must have one of " + names() + "; empty terms mean dfnd");
        problems.range(path + ".weight", term.getWeight(), 0, Double.MAX_VALUE);
        if (field == null) {
            return;
        }
        String inner = path + "." + field.getName();
        numbers(problems, inner, (Message) term.getField(field));
        switch (term.getTermCase()) {
            case DFND -> dfnd(problems, inner, term.getDfnd());
            case ALSD -> alsd(problems, inner, term.getAlsd());
            case KD_FN ->
                problems.require(
                        term.getKdFn().getTeacherBiasList().stream().allMatch(Double::isFinite),
                        inner + ".teacher_bias",
                        "must be finite");
            case DKD -> steps(problems, inner + ".warmup_steps", term.getDkd().getWarmupSteps());
            case TF_KD_SELF ->
                steps(problems, inner + ".copy_at_step", term.getTfKdSelf().getCopyAtStep());
            case PS_KD ->
                steps(problems, inner + ".refresh_steps", term.getPsKd().getRefreshSteps());
            case BAN ->
                steps(problems, inner + ".generation_steps", term.getBan().getGenerationSteps());
            default -> {}
        }
    }

    private static void numbers(SpecProblems problems, String path, Message loss) {
        for (FieldDescriptor field : loss.getDescriptorForType().getFields()) {
            String name = path + "." + field.getName();
            if (field.getOptions().hasExtension(Ranges.range)) {
                Range range = field.getOptions().getExtension(Ranges.range);
                problems.range(name, ((Number) loss.getField(field)).doubleValue(), range);
            } else if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
                boolean known = ((EnumValueDescriptor) loss.getField(field)).getIndex() >= 0;
                problems.require(known, name, "is unknown");
            }
        }
    }

    private static void dfnd(SpecProblems problems, String path, DfndLoss dfnd) {
        problems.above0(path + ".temperature", dfnd.getTemperature(), MAX_TEMPERATURE);
        problems.range(path + ".kd_weight", dfnd.getKdWeight(), 0, Double.MAX_VALUE);
        problems.range(path + ".noisy_label_weight", dfnd.getNoisyLabelWeight(), 0, Double.MAX_VALUE);
        problems.range(path + ".q_learning_rate", dfnd.getQLearningRate(), 0, 1);
        for (int i = 0; i < dfnd.getQDiagonalCount(); i++) {
            double value = dfnd.getQDiagonal(i);
            problems.require(
                    value > 0 && value < 1, path + ".q_diagonal[" + i + "]", "must be in (0, 1), got " + value);
        }
    }

    private static void alsd(SpecProblems problems, String path, AlsdLoss alsd) {
        double sum = alsd.getEpsilon1() + alsd.getEpsilon2();
        problems.require(sum <= 1, path + ".epsilon2", "epsilon1 + epsilon2 must be at most 1, got " + sum);
    }

    private static void steps(SpecProblems problems, String path, long steps) {
        problems.require(
                steps >= 0 && steps <= MAX_STEPS,
                path,
                "must be at most " + MAX_STEPS + ", got " + Long.toUnsignedString(steps));
    }

    /** Checks whether a filled and checked term fits a student of {@code classes} classes. */
    static void checkResolved(SpecProblems problems, String path, LossTerm term, int classes) {
        int diagonal = term.getDfnd().getQDiagonalCount();
        problems.require(
                !term.hasDfnd() || diagonal == 1 || diagonal == classes,
                path + ".dfnd.q_diagonal",
                "must have 1 value or " + classes + ", one for each class, got " + diagonal);
        int bias = term.getKdFn().getTeacherBiasCount();
        problems.require(
                bias == 0 || bias == classes,
                path + ".kd_fn.teacher_bias",
                "must have no value or " + classes + ", one for each class, got " + bias);
        similar(problems, path + ".alsd.similar", term.getAlsd().getSimilarList(), classes);
    }

    private static void similar(SpecProblems problems, String path, List<SimilarClasses> similar, int classes) {
        problems.require(
                similar.isEmpty() || similar.size() == classes,
                path,
                "must have no entry or " + classes + ", one for each class, got " + similar.size());
        for (int i = 0; i < similar.size(); i++) {
            int own = i;
            List<Integer> others = similar.get(i).getClassesList();
            problems.require(
                    others.stream().allMatch(other -> other >= 0 && other < classes && other != own)
                            && others.stream().distinct().count() == others.size(),
                    path + "[" + i + "]",
                    "must list other classes below " + classes + ", each once, got " + others);
        }
    }
}
