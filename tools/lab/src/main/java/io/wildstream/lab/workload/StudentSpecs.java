// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.Locale;
import java.util.Optional;

/** The training spec of all students of a workload: the same for all, so that only the selection differs. */
final class StudentSpecs {

    private static final long FEW_STEPS = 200;

    private StudentSpecs() {}

    /**
     * The spec for a stream of so many samples. With 0 steps the student learns for as long as samples come, and rehearses as much as one
     * that makes the usual steps on that stream; where the stream's length is unknown, 0, it does not rehearse.
     *
     * @param model name of the untrained model
     * @throws ArgumentException when the steps do not suffice to learn each kept sample once
     */
    static TrainingSpec of(WorkloadSettings settings, String model, int samples) {
        WorkloadSettings.StudentSettings student = settings.student();
        double expectedKept = expectedKept(settings, samples);
        long least = RehearsalRatio.leastSteps(expectedKept, student.batch());
        boolean endless = student.steps() == 0;
        if (!endless && student.steps() < least) {
            throw new ArgumentException(String.format(
                    Locale.ROOT,
                    "--steps %d: %.0f kept samples in batches of %d need at least %d steps",
                    student.steps(),
                    expectedKept,
                    student.batch(),
                    least));
        }
        long steps = endless ? WorkloadDefaults.steps(settings.data().original() == null) : student.steps();
        Double wanted = student.replayRatio();
        double usual = samples == 0 ? 0 : RehearsalRatio.of(expectedKept, student.batch(), steps);
        double ratio = wanted == null ? usual : wanted;
        return TrainingSpec.newBuilder()
                .setStudentModel(model)
                .setSeed(settings.seed())
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()))
                .setSgd(SgdSpec.newBuilder()
                        .setLearningRate(student.learningRate())
                        .setMaxGradientNorm(student.maxGradientNorm()))
                .setBatchSize(student.batch())
                .setMaxSteps(student.steps())
                .setReplay(ReplaySpec.newBuilder().setRatio(ratio))
                .build();
    }

    /**
     * Says so when a student learns little of a stream because it makes few steps on it.
     *
     * @param spec of the student
     */
    static Optional<String> fewSteps(WorkloadSettings settings, TrainingSpec spec, int samples) {
        double fresh = Math.ceil(expectedKept(settings, samples) / spec.getBatchSize());
        long steps = spec.getMaxSteps() > 0
                ? spec.getMaxSteps()
                : Math.round(fresh * (1 + spec.getReplay().getRatio()));
        if (steps >= FEW_STEPS) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "each makes only about %,d steps on %,d samples, too few to learn much: name more %s",
                steps,
                samples,
                spec.getMaxSteps() > 0 ? "--steps" : "rehearsals with --replay-ratio"));
    }

    private static double expectedKept(WorkloadSettings settings, int samples) {
        return Math.max(1, settings.rate() * samples);
    }
}
