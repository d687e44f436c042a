// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.curriculum.ReplayBuffer;
import io.wildstream.trainer.curriculum.SkipRules;
import io.wildstream.trainer.method.Learner;
import org.jspecify.annotations.Nullable;

/** A student in memory: what it knows, where it stands, what it rehearses, how it learns. Belongs to the training thread. */
public final class Student implements AutoCloseable {

    private final String id;
    private final String curriculum;
    private final ModelDescription description;
    private final Learner learner;
    private final Position position;
    private final ReplayBuffer replay;
    private final SkipRules skips;
    private TrainingSpec spec;
    private @Nullable CondensedImages condensed;

    /**
     * A student.
     *
     * @param description with the normalisation that it is fed with
     * @param spec valid, with defaults filled in
     * @param condensed what it rehearses in place of its window; null for the window
     * @param skips what it leaves out since its rollbacks
     */
    Student(
            String id,
            String curriculum,
            ModelDescription description,
            Learner learner,
            Position position,
            TrainingSpec spec,
            @Nullable CondensedImages condensed,
            SkipRules skips) {
        this.id = id;
        this.curriculum = curriculum;
        this.description = description;
        this.learner = learner;
        this.position = position;
        this.spec = spec;
        this.condensed = condensed;
        this.skips = skips;
        this.replay = isOffline()
                ? ReplayBuffer.ofAll()
                : new ReplayBuffer(spec.getReplay().getWindow());
    }

    /** From here on it learns by a later spec; condensed images are those that it names. */
    void configure(TrainingSpec later, @Nullable CondensedImages images) {
        configure(later);
        condensed = images;
    }

    private void configure(TrainingSpec later) {
        spec = later;
        learner.configure(later);
        replay.resize(later.getReplay().getWindow());
    }

    /** Whether it learns when the stream has ended, in passes over all samples. */
    public boolean isOffline() {
        return spec.getOffline().getEpochs() > 0;
    }

    /** Steps of the offline scheme over the samples that there are; the schedule is stretched over them when it has no end. */
    public long offlineSteps() {
        long all = (long) spec.getOffline().getEpochs() * replay.passSteps(spec.getBatchSize());
        if (spec.getMaxSteps() == 0 && all > 0) {
            configure(spec.toBuilder().setMaxSteps(all).build());
        }
        return Math.min(all, spec.getMaxSteps());
    }

    public String id() {
        return id;
    }

    public String curriculum() {
        return curriculum;
    }

    public ModelDescription description() {
        return description;
    }

    public Learner learner() {
        return learner;
    }

    public Position position() {
        return position;
    }

    public ReplayBuffer replay() {
        return replay;
    }

    /** What it rehearses in place of its window; null for the window. */
    @Nullable CondensedImages condensed() {
        return condensed;
    }

    /** Whether there is anything to rehearse. */
    public boolean mayRehearse() {
        return condensed != null || !replay.isEmpty();
    }

    /** Stops rehearsing what a rule leaves out from this step on. */
    public void obeySkips() {
        if (skips.beginAt(position.step())) {
            replay.retain(sample -> skips.mayRehearse(sample, position.step()));
        }
    }

    public SkipRules skips() {
        return skips;
    }

    public TrainingSpec spec() {
        return spec;
    }

    /** Where it stands, as far as it knows itself. */
    public StudentStatus.Builder status() {
        return StudentStatus.newBuilder()
                .setCurriculum(curriculum)
                .setStep(position.step())
                .setMaxSteps(spec.getMaxSteps())
                .setTrained(position.trained())
                .setSpecGeneration(spec.getGeneration())
                .setAgreement(position.agreement())
                .setLearningRate(learner.learningRate(position.step()))
                .setNextOffset(position.nextOffset());
    }

    @Override
    public void close() {
        learner.close();
    }
}
