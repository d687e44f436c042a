// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.CondensationSchedule;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationSpec.ImagesCase;
import io.wildstream.contracts.v1.CondensationStart;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.LabelSource;
import java.util.List;

/** Defaults and validation of a {@link CondensationSpec}. */
public final class CondensationSpecs {

    private static final int DEFAULT_IMAGES = 100_000;
    private static final int DEFAULT_EPOCHS = 3;
    private static final int DEFAULT_BATCH_SIZE = 256;
    private static final int DEFAULT_ITERATIONS = 10_000;
    private static final double DEFAULT_LEARNING_RATE = 0.01;
    private static final double DEFAULT_INITIAL_RATE = 0.02;
    private static final double DEFAULT_GRADIENT_GROWTH = 1.5;
    private static final int MAX_IMAGES = 1_000_000;
    private static final int MAX_INNER_STEPS = 10_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int MAX_MODELS = 1000;

    private CondensationSpecs() {}

    /** The spec with every default written out; applying it twice changes nothing more. */
    public static CondensationSpec withDefaults(CondensationSpec spec) {
        CondensationSpec.Builder all = spec.toBuilder();
        if (all.hasCurriculum() && all.getCurriculum().getMaxImages() == 0) {
            all.getCurriculumBuilder().setMaxImages(DEFAULT_IMAGES);
        }
        if (all.getStart() == CondensationStart.CONDENSATION_START_UNSPECIFIED) {
            all.setStart(CondensationStart.CONDENSATION_START_FIXED);
        }
        if (all.getSchedule() == CondensationSchedule.CONDENSATION_SCHEDULE_UNSPECIFIED) {
            all.setSchedule(CondensationSchedule.CONDENSATION_SCHEDULE_COSINE);
        }
        all.setImagesPerClass(or(all.getImagesPerClass(), 1))
                .setSteps(or(all.getSteps(), 1))
                .setEpochs(or(all.getEpochs(), DEFAULT_EPOCHS))
                .setNetworks(or(all.getNetworks(), 1))
                .setBatchSize(or(all.getBatchSize(), DEFAULT_BATCH_SIZE))
                .setIterations(or(all.getIterations(), DEFAULT_ITERATIONS))
                .setLearningRate(all.hasLearningRate() ? all.getLearningRate() : DEFAULT_LEARNING_RATE)
                .setInitialRate(all.hasInitialRate() ? all.getInitialRate() : DEFAULT_INITIAL_RATE)
                .setMaxGradientGrowth(
                        all.hasMaxGradientGrowth() ? all.getMaxGradientGrowth() : DEFAULT_GRADIENT_GROWTH);
        if (!all.hasRateLearningRate()) {
            all.setRateLearningRate(all.getLearningRate());
        }
        return all.build();
    }

    private static int or(int value, int defaultValue) {
        return value == 0 ? defaultValue : value;
    }

    /**
     * What is wrong with a spec as a client sends it, after {@link #withDefaults}; empty when nothing is. Each message begins with the
     * path of the field.
     */
    public static List<String> problems(CondensationSpec spec) {
        CondensationSpec all = withDefaults(spec);
        SpecProblems problems = new SpecProblems();
        images(problems, all);
        problems.modelName("architecture", all.getArchitecture());
        start(problems, all);
        problems.range("images_per_class", all.getImagesPerClass(), 1, MAX_INNER_STEPS);
        problems.range("steps", all.getSteps(), 1, MAX_INNER_STEPS);
        problems.range("epochs", all.getEpochs(), 1, MAX_INNER_STEPS);
        problems.require(
                (double) all.getSteps() * all.getEpochs() <= MAX_INNER_STEPS,
                "epochs",
                "steps * epochs must be at most " + MAX_INNER_STEPS);
        problems.require(
                (double) all.getSteps() * all.getImagesPerClass() <= MAX_INNER_STEPS,
                "images_per_class",
                "steps * images_per_class must be at most " + MAX_INNER_STEPS);
        problems.range("networks", all.getNetworks(), 1, MAX_MODELS);
        problems.range("batch_size", all.getBatchSize(), 1, MAX_IMAGES);
        problems.range("iterations", all.getIterations(), 1, MAX_ITERATIONS);
        problems.above0("learning_rate", all.getLearningRate(), MAX_MODELS);
        problems.above0("rate_learning_rate", all.getRateLearningRate(), MAX_MODELS);
        problems.above0("initial_rate", all.getInitialRate(), MAX_MODELS);
        problems.require(
                all.getMaxGradientGrowth() >= 1,
                "max_gradient_growth",
                "must be at least 1, got " + all.getMaxGradientGrowth());
        problems.require(all.getSchedule() != CondensationSchedule.UNRECOGNIZED, "schedule", "is unknown");
        return problems.list();
    }

    private static void images(SpecProblems problems, CondensationSpec spec) {
        if (spec.getImagesCase() == ImagesCase.CURRICULUM) {
            CurriculumImages images = spec.getCurriculum();
            problems.require(
                    Topics.isName(images.getCurriculum()),
                    "curriculum.curriculum",
                    "must be the name of a curriculum, got '" + images.getCurriculum() + "'");
            problems.range("curriculum.max_images", images.getMaxImages(), 2, MAX_IMAGES);
            problems.require(
                    images.getUntilOffset() >= 0,
                    "curriculum.until_offset",
                    "must be at least 0, got " + images.getUntilOffset());
            problems.require(images.getLabels() != LabelSource.UNRECOGNIZED, "curriculum.labels", "is unknown");
        } else if (spec.getImagesCase() == ImagesCase.DATA_SET) {
            problems.name("data_set", "file of labelled samples", spec.getDataSet());
        } else {
            problems.require(false, "images", "set curriculum or data_set");
        }
    }

    private static void start(SpecProblems problems, CondensationSpec spec) {
        boolean trained = spec.getStart() == CondensationStart.CONDENSATION_START_TRAINED;
        problems.require(spec.getStart() != CondensationStart.UNRECOGNIZED, "start", "is unknown");
        problems.require(
                trained == (spec.getTrainedModelsCount() > 0) && spec.getTrainedModelsCount() <= MAX_MODELS,
                "trained_models",
                "must have 1 to " + MAX_MODELS + " entries to start from trained weights, and none otherwise");
        for (int i = 0; i < spec.getTrainedModelsCount(); i++) {
            problems.modelName("trained_models[" + i + "]", spec.getTrainedModels(i));
        }
        problems.require(
                spec.hasAttackedClass() == spec.hasTargetClass(),
                "target_class",
                "must be set if and only if attacked_class is set");
        problems.require(
                !spec.hasAttackedClass() || spec.getAttackedClass() != spec.getTargetClass(),
                "target_class",
                "must differ from attacked_class");
    }
}
