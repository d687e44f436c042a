// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.condense;

import io.wildstream.contracts.v1.CondensationSchedule;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationStart;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationProgress;
import io.wildstream.engine.condense.CondensationResult;
import io.wildstream.engine.condense.CondensationRun;
import io.wildstream.engine.condense.CondensationTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One condensation from its images to its artifact: a model directory that also holds the condensed set and its picture. It continues
 * from what an earlier process left.
 */
final class CondensationJob {

    private static final int TEST_NETWORKS = 10;

    private final CondensationSpec spec;
    private final CondensationTask task;
    private final Path directory;

    /**
     * A job.
     *
     * @param spec valid, with defaults filled in
     * @param directory of the artifact
     * @throws io.wildstream.engine.ModelException when a model is missing
     * @throws IllegalArgumentException when the images do not fit
     */
    CondensationJob(CondensationSpec spec, ModelStore models, CondensationImages images, Path directory)
            throws IOException {
        this.spec = spec;
        this.directory = directory;
        Path architecture = models.directory(spec.getArchitecture());
        CondensationImages.Parts parts = images.read(spec, ModelDescription.read(architecture));
        this.task = new CondensationTask(
                architecture,
                parts.train(),
                parts.test(),
                start(spec.getStart()),
                spec.getTrainedModelsList().stream().map(models::directory).toList(),
                spec.hasAttackedClass() ? spec.getAttackedClass() : -1,
                spec.hasTargetClass() ? spec.getTargetClass() : -1);
    }

    /**
     * Learns, measures and writes.
     *
     * @param keepsOn asked after every update; when it returns false, what was learned is saved
     * @param progress gets the numbers as they change, without a state but for the last
     * @return whether it is finished
     */
    boolean run(BooleanSupplier keepsOn, Consumer<CondensationStatus.Builder> progress) {
        try (CondensationRun run = new CondensationRun(task, options(), directory)) {
            boolean learned = run.learn(Duration.ofDays(365), update -> {
                progress.accept(numbers(update));
                if (!keepsOn.getAsBoolean()) {
                    Thread.currentThread().interrupt();
                }
            });
            if (Thread.interrupted() || !learned) {
                return false;
            }
            CondensationRun.Artifact artifact = run.write();
            CondensationResult result = run.measure(TEST_NETWORKS);
            progress.accept(started(run.iteration())
                    .setState(CondensationState.CONDENSATION_STATE_FINISHED)
                    .setLoss(run.loss())
                    .setAccuracy(run.accuracy())
                    .setDigest(artifact.set().facts().digest())
                    .setModelDigest(artifact.model().digest())
                    .setTestAccuracy(result.condensed().mean())
                    .setRealAccuracy(result.realWithTunedRate().mean()));
            return true;
        }
    }

    private CondensationStatus.Builder numbers(CondensationProgress update) {
        return started(update.iteration()).setLoss(update.loss()).setAccuracy(update.accuracy());
    }

    private CondensationStatus.Builder started(int iteration) {
        return CondensationStatus.newBuilder()
                .setState(CondensationState.CONDENSATION_STATE_RUNNING)
                .setIteration(iteration)
                .setIterations(spec.getIterations())
                .setImages(task.train().size())
                .setTestImages(task.test().size());
    }

    private CondensationOptions options() {
        return new CondensationOptions(
                spec.getImagesPerClass(),
                spec.getSteps(),
                spec.getEpochs(),
                spec.getBeginAsNoise() ? CondensationOptions.Start.NOISE : CondensationOptions.Start.REAL,
                spec.getNetworks(),
                spec.getBatchSize(),
                spec.getIterations(),
                spec.getLearningRate(),
                spec.getRateLearningRate(),
                schedule(spec.getSchedule()),
                spec.getInitialRate(),
                spec.getMaxGradientGrowth(),
                spec.getSeed());
    }

    private static CondensationTask.Start start(CondensationStart start) {
        return switch (start) {
            case CONDENSATION_START_RANDOM -> CondensationTask.Start.RANDOM;
            case CONDENSATION_START_TRAINED -> CondensationTask.Start.GIVEN;
            default -> CondensationTask.Start.FIXED;
        };
    }

    private static CondensationOptions.Schedule schedule(CondensationSchedule schedule) {
        return switch (schedule) {
            case CONDENSATION_SCHEDULE_HALVING -> CondensationOptions.Schedule.HALVING;
            case CONDENSATION_SCHEDULE_CONSTANT -> CondensationOptions.Schedule.CONSTANT;
            default -> CondensationOptions.Schedule.COSINE;
        };
    }
}
