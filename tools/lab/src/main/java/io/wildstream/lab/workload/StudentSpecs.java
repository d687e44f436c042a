// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;

/** The training spec of all students of a workload: the same for all, so that only the selection differs. */
final class StudentSpecs {

    private StudentSpecs() {}

    /**
     * The spec for a stream of so many samples. With 0 steps the student learns for as long as samples come.
     *
     * @param model name of the untrained model
     * @throws ClusterException when the steps do not suffice to learn each kept sample once
     */
    static TrainingSpec of(WorkloadSettings settings, String model, int samples) {
        WorkloadSettings.StudentSettings student = settings.student();
        double expectedKept = Math.max(1, settings.rate() * samples);
        long least = RehearsalRatio.leastSteps(expectedKept, student.batch());
        boolean endless = student.steps() == 0;
        if (!endless && student.steps() < least) {
            throw new ClusterException(String.format(
                    "--steps %d: %.0f kept samples in batches of %d need at least %d steps",
                    student.steps(), expectedKept, student.batch(), least));
        }
        Double wanted = student.replayRatio();
        double ratio = wanted == null ? RehearsalRatio.of(expectedKept, student.batch(), student.steps()) : wanted;
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
}
