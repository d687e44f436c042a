// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.StepResult;
import io.wildstream.trainer.metrics.TrainerMetrics;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The steps of a student, each of which moves its position and is timed: fresh samples, the offline scheme's shuffled ones, rehearsals.
 * Belongs to the training thread.
 */
public final class StudentSteps {

    private final Student student;
    private final Position position;
    private final TrainerMetrics metrics;
    private final MinibatchBuilder minibatches;
    private final RunningLosses losses = new RunningLosses();

    public StudentSteps(Student student, TrainerMetrics metrics) {
        this.student = student;
        this.position = student.position();
        this.metrics = metrics;
        this.minibatches = new MinibatchBuilder(
                student.description().input().values(), student.description().classCount());
    }

    /** Learns fresh samples, which can be rehearsed from then on. */
    public void learn(List<TrainingSample> samples) {
        StepResult result = step(samples, true);
        samples.forEach(student.replay()::add);
        position.countFresh(result, samples, student.spec().getReplay().getRatio());
    }

    /** A step of the offline scheme; the first pass is the one that counts its samples as learned. */
    public void learnShuffled() {
        TrainingSpec spec = student.spec();
        List<TrainingSample> samples = student.replay().shuffled(spec.getSeed(), position.step(), spec.getBatchSize());
        boolean first = position.step() < student.replay().passSteps(spec.getBatchSize());
        StepResult result = step(samples, first);
        if (first) {
            position.countFresh(result, samples, 0);
        } else {
            position.countReplay();
        }
    }

    /** Rehearses a batch of condensed images, or one that is drawn from the window. */
    public void rehearse() {
        TrainingSpec spec = student.spec();
        long step = position.step();
        CondensedImages condensed = student.condensed();
        if (condensed == null) {
            step(student.replay().draw(spec.getSeed(), step, spec.getBatchSize()), false);
        } else {
            long rehearsals = position.rehearsals();
            account(false, condensed.batchSize(), () -> condensed.rehearse(student.learner(), rehearsals, step));
        }
        position.countReplay();
    }

    private StepResult step(List<TrainingSample> samples, boolean fresh) {
        if (fresh) {
            metrics.fresh(samples);
        }
        return account(
                fresh,
                samples.size(),
                () -> student.learner()
                        .step(minibatches.build(samples, student.spec().getLabels()), position.step()));
    }

    private StepResult account(boolean fresh, int samples, Supplier<StepResult> work) {
        long start = System.nanoTime();
        StepResult result = work.get();
        metrics.stepped(fresh, samples, System.nanoTime() - start);
        losses.add(result);
        return result;
    }

    /** Running means of the loss's terms by name. */
    public Map<String, Double> losses() {
        return losses.values();
    }

    /** Begins the running means anew: other terms hold from here on. */
    public void forgetLosses() {
        losses.clear();
    }
}
