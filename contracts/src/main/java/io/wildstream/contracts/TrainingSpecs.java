// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TeacherInput;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Fills in the defaults of a {@link TrainingSpec} and says what is wrong with one, naming the field. Pure: it knows neither models nor
 * teachers, so it checks names and ranges only.
 */
public final class TrainingSpecs {

    /** Samples of a minibatch. */
    public static final int DEFAULT_BATCH_SIZE = 128;
    /** Samples of the replay window. */
    public static final int DEFAULT_REPLAY_WINDOW = 30_000;
    /** The student's learning rate. */
    public static final double DEFAULT_LEARNING_RATE = 0.01;
    /** The student's momentum. */
    public static final double DEFAULT_MOMENTUM = 0.9;
    /** The student's weight decay. */
    public static final double DEFAULT_WEIGHT_DECAY = 5e-4;
    /** What a milestone multiplies the learning rate by. */
    public static final double DEFAULT_FACTOR = 0.1;
    /** Shares of max_steps at which the step schedule lowers the rate: the paper's. */
    public static final List<Double> DEFAULT_MILESTONES = List.of(0.4, 0.8);

    private static final int MAX_BATCH_SIZE = 65_536;
    private static final int MAX_REPLAY_WINDOW = 10_000_000;
    private static final double MAX_REPLAY_RATIO = 1000;
    private static final long MAX_STEPS = 1_000_000_000L;
    private static final int MAX_FEATURES = 1_000_000;
    private static final int MAX_EPOCHS = 100_000;
    private static final int MAX_PREPROCESSING = 10_000;
    /** Characters of all class names together: every checkpoint's manifest holds them. */
    private static final int MAX_NAMES = 65_536;

    private static final Set<TermCase> SELF = Set.of(TermCase.TF_KD_SELF, TermCase.PS_KD, TermCase.BAN);

    private TrainingSpecs() {}

    /** The spec with every default written out; applying it twice changes nothing more. A spec without terms gets DFND. */
    public static TrainingSpec withDefaults(TrainingSpec spec) {
        TrainingSpec.Builder all = spec.toBuilder();
        if (all.getTermsCount() == 0) {
            all.addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()));
        }
        for (LossTerm.Builder term : all.getTermsBuilderList()) {
            LossSpecs.fill(term);
        }
        fill(all.getSgdBuilder());
        fill(all.getScheduleBuilder(), hasEnd(spec));
        if (all.getBatchSize() == 0) {
            all.setBatchSize(DEFAULT_BATCH_SIZE);
        }
        if (all.getReplay().getWindow() == 0) {
            all.getReplayBuilder().setWindow(DEFAULT_REPLAY_WINDOW);
        }
        return all.build();
    }

    private static boolean hasEnd(TrainingSpec spec) {
        return spec.getMaxSteps() > 0 || spec.getOffline().getEpochs() > 0;
    }

    private static void fill(SgdSpec.Builder sgd) {
        if (!sgd.hasLearningRate()) {
            sgd.setLearningRate(DEFAULT_LEARNING_RATE);
        }
        if (!sgd.hasMomentum()) {
            sgd.setMomentum(DEFAULT_MOMENTUM);
        }
        if (!sgd.hasWeightDecay()) {
            sgd.setWeightDecay(DEFAULT_WEIGHT_DECAY);
        }
    }

    private static void fill(ScheduleSpec.Builder schedule, boolean hasEnd) {
        if (schedule.getKind() == ScheduleKind.SCHEDULE_KIND_UNSPECIFIED) {
            schedule.setKind(hasEnd ? ScheduleKind.SCHEDULE_KIND_COSINE : ScheduleKind.SCHEDULE_KIND_CONSTANT);
        }
        if (schedule.getFactor() == 0) {
            schedule.setFactor(DEFAULT_FACTOR);
        }
        if (schedule.getKind() == ScheduleKind.SCHEDULE_KIND_STEP && schedule.getMilestonesCount() == 0) {
            schedule.addAllMilestones(DEFAULT_MILESTONES);
        }
    }

    /**
     * What is wrong with a spec as a client sends it, after {@link #withDefaults}; empty when nothing is. Each message begins with the
     * path of the field.
     */
    public static List<String> problems(TrainingSpec spec) {
        TrainingSpec all = withDefaults(spec);
        SpecProblems problems = new SpecProblems();
        problems.modelName("student_model", all.getStudentModel());
        problems.digest("student_model_digest", all.getStudentModelDigest());
        problems.digest("teacher_digest", all.getTeacherDigest());
        artifact(problems, "initial_model", all.getInitialModel(), all.getInitialModelDigest());
        for (int i = 0; i < all.getTermsCount(); i++) {
            LossSpecs.check(problems, "terms[" + i + "]", all.getTerms(i));
        }
        sgd(problems, all.getSgd());
        schedule(problems, all);
        problems.range("batch_size", all.getBatchSize(), 1, MAX_BATCH_SIZE);
        problems.range("max_steps", (double) all.getMaxSteps(), 0, MAX_STEPS);
        problems.range("replay.ratio", all.getReplay().getRatio(), 0, MAX_REPLAY_RATIO);
        problems.range("replay.window", all.getReplay().getWindow(), 1, MAX_REPLAY_WINDOW);
        artifact(
                problems,
                "replay.condensed",
                all.getReplay().getCondensed(),
                all.getReplay().getCondensedDigest());
        problems.require(all.getStartOffset() >= 0, "start_offset", "must be at least 0, got " + all.getStartOffset());
        normalisation(problems, all.getNormalisation());
        problems.require(
                all.getPreprocessing().length() <= MAX_PREPROCESSING,
                "preprocessing",
                "must have at most " + MAX_PREPROCESSING + " characters");
        problems.require(all.getLabels() != LabelSource.UNRECOGNIZED, "labels", "is unknown");
        problems.range("teacher_feature_size", all.getTeacherFeatureSize(), 0, MAX_FEATURES);
        problems.range("offline.epochs", all.getOffline().getEpochs(), 0, MAX_EPOCHS);
        problems.require(
                fitsAsClassNames(all.getClassNamesList()),
                "class_names",
                "must have at most " + MAX_NAMES + " characters in all, and none that is a control character");
        alone(problems, all);
        return problems.list();
    }

    /** Whether a spec may hold these names of classes. */
    public static boolean fitsAsClassNames(List<String> names) {
        return names.stream().mapToLong(String::length).sum() <= MAX_NAMES
                && names.stream().noneMatch(name -> name.chars().anyMatch(Character::isISOControl));
    }

    /**
     * What is wrong with a spec in a curriculum: its {@link #problems}, and what the gateway should have resolved.
     *
     * @param classes K, the number of the student's classes
     */
    public static List<String> problemsOfResolved(TrainingSpec spec, int classes) {
        List<String> all = new ArrayList<>(problems(spec));
        TrainingSpec filled = withDefaults(spec);
        SpecProblems unresolved = new SpecProblems();
        for (int i = 0; i < filled.getTermsCount(); i++) {
            LossSpecs.checkResolved(unresolved, "terms[" + i + "]", filled.getTerms(i), classes);
        }
        unresolved.require(
                filled.getTeacherFeatureSize() > 0
                        || filled.getTermsList().stream().noneMatch(LossSpecs::learnsAMap),
                "teacher_feature_size",
                "must be above 0 for fitnet and for the embedding form of cc");
        unresolved.require(
                filled.getClassNamesCount() == 0 || filled.getClassNamesCount() == classes,
                "class_names",
                "must be empty or name " + classes + " classes, got " + filled.getClassNamesCount());
        all.addAll(unresolved.list());
        return all;
    }

    /** The largest input that any term of a spec needs from the teacher. */
    public static TeacherInput input(TrainingSpec spec) {
        return withDefaults(spec).getTermsList().stream()
                .map(LossSpecs::input)
                .max(Comparator.comparingInt(TeacherInput::getNumber))
                .orElse(TeacherInput.TEACHER_INPUT_NONE);
    }

    /** What a later spec must not change: the architecture, which the weights are tied to, and the pixels. */
    public static List<String> problemsOfChange(TrainingSpec before, TrainingSpec after) {
        SpecProblems problems = new SpecProblems();
        problems.require(
                before.getStudentModel().equals(after.getStudentModel()),
                "student_model",
                "cannot change from '" + before.getStudentModel() + "': create another student");
        problems.require(
                after.getStudentModelDigest().isEmpty()
                        || before.getStudentModelDigest().isEmpty()
                        || before.getStudentModelDigest().equals(after.getStudentModelDigest()),
                "student_model_digest",
                "cannot change: create another student");
        problems.require(
                !after.hasNormalisation() || before.getNormalisation().equals(after.getNormalisation()),
                "normalisation",
                "cannot change: create another student");
        problems.require(
                after.getPreprocessing().isEmpty() || before.getPreprocessing().equals(after.getPreprocessing()),
                "preprocessing",
                "cannot change: create another student");
        problems.require(
                before.getInitialModel().equals(after.getInitialModel()),
                "initial_model",
                "cannot change: create another student");
        problems.require(
                before.getOffline().equals(after.getOffline()), "offline", "cannot change: create another student");
        return problems.list();
    }

    /**
     * The spec with its defaults.
     *
     * @throws IllegalArgumentException with all {@link #problems} when there are any
     */
    public static TrainingSpec require(TrainingSpec spec) {
        List<String> problems = problems(spec);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return withDefaults(spec);
    }

    /** A student has at most one second network and one previous generation. */
    private static void alone(SpecProblems problems, TrainingSpec spec) {
        problems.require(count(spec, Set.of(TermCase.DML)) <= 1, "terms", "must contain at most one dml");
        problems.require(count(spec, SELF) <= 1, "terms", "must contain at most one of tf_kd_self, ps_kd and ban");
    }

    private static long count(TrainingSpec spec, Set<TermCase> kinds) {
        return spec.getTermsList().stream()
                .filter(term -> kinds.contains(term.getTermCase()))
                .count();
    }

    private static void sgd(SpecProblems problems, SgdSpec sgd) {
        problems.above0("sgd.learning_rate", sgd.getLearningRate(), 1000);
        problems.require(
                sgd.getMomentum() >= 0 && sgd.getMomentum() < 1,
                "sgd.momentum",
                "must be in [0, 1), got " + sgd.getMomentum());
        problems.range("sgd.weight_decay", sgd.getWeightDecay(), 0, 1);
        problems.range("sgd.max_gradient_norm", sgd.getMaxGradientNorm(), 0, Double.MAX_VALUE);
        problems.require(!sgd.getNesterov() || sgd.getMomentum() > 0, "sgd.nesterov", "needs sgd.momentum above 0");
    }

    private static void schedule(SpecProblems problems, TrainingSpec spec) {
        ScheduleSpec schedule = spec.getSchedule();
        long maxSteps = spec.getMaxSteps();
        ScheduleKind kind = schedule.getKind();
        problems.require(kind != ScheduleKind.UNRECOGNIZED, "schedule.kind", "is unknown");
        boolean needsEnd = kind == ScheduleKind.SCHEDULE_KIND_COSINE || kind == ScheduleKind.SCHEDULE_KIND_STEP;
        problems.require(!needsEnd || hasEnd(spec), "max_steps", "must be set for " + kind);
        problems.require(
                maxSteps == 0 || (schedule.getWarmupSteps() >= 0 && schedule.getWarmupSteps() < maxSteps),
                "schedule.warmup_steps",
                "must be below max_steps, got " + Long.toUnsignedString(schedule.getWarmupSteps()));
        problems.require(
                schedule.getWarmupSteps() >= 0 && schedule.getWarmupSteps() <= MAX_STEPS,
                "schedule.warmup_steps",
                "must be at most " + MAX_STEPS);
        problems.above0("schedule.factor", schedule.getFactor(), 1);
        double last = 0;
        for (int i = 0; i < schedule.getMilestonesCount(); i++) {
            double milestone = schedule.getMilestones(i);
            problems.require(
                    milestone > last && milestone < 1,
                    "schedule.milestones[" + i + "]",
                    "must be in (0, 1) and above the one before, got " + milestone);
            last = milestone;
        }
    }

    private static void normalisation(SpecProblems problems, Normalisation normalisation) {
        problems.require(
                normalisation.getMeanCount() == normalisation.getStdCount(),
                "normalisation",
                "mean and std must have equal lengths, got " + normalisation.getMeanCount() + " and "
                        + normalisation.getStdCount());
        problems.require(
                normalisation.getMeanList().stream().allMatch(Float::isFinite),
                "normalisation.mean",
                "must be finite, got " + normalisation.getMeanList());
        problems.require(
                normalisation.getStdList().stream().allMatch(value -> Float.isFinite(value) && value > 0),
                "normalisation.std",
                "must be finite and above 0, got " + normalisation.getStdList());
    }

    /** A name that may be left out, and its digest. */
    private static void artifact(SpecProblems problems, String path, String name, String digest) {
        if (!name.isEmpty()) {
            problems.modelName(path, name);
        }
        problems.digest(path + "_digest", digest);
        problems.require(
                digest.isEmpty() || !name.isEmpty(), path + "_digest", "must be empty because " + path + " is");
    }
}
