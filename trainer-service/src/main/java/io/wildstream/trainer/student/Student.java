// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.LearnedRecord;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.Accuracy;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.checkpoint.CheckpointSource;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.curriculum.Decoders;
import io.wildstream.trainer.curriculum.RecordParser;
import io.wildstream.trainer.curriculum.RehearsalBuffer;
import io.wildstream.trainer.curriculum.SkipRules;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.Learner;
import io.wildstream.trainer.method.StepResult;
import io.wildstream.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A student in memory: it learns fresh samples, rehearses, and knows where it is in its curriculum. Each step moves its position and is
 * timed. Belongs to the training thread.
 */
public final class Student implements CheckpointSource, AutoCloseable {

    /**
     * Which student of which curriculum.
     *
     * @param description with the normalisation that it is fed with
     * @param decoders by which it reads pixels
     */
    record Identity(String id, String curriculum, ModelDescription description, Decoders decoders) {}

    private final Identity identity;
    private final Learner learner;
    private final Position position;
    private final RehearsalBuffer rehearsals;
    private final SkipRules skips;
    private final MissingDecisions missing;
    private final TrainerMetrics metrics;
    private final MinibatchBuilder minibatches;
    private final RunningLosses losses = new RunningLosses();
    private TrainingSpec spec;
    private @Nullable CondensedImages condensed;
    private List<Double> classAccuracies = List.of();
    /** The step at which rehearsals of missing samples ended last. */
    private long endedRehearsalsAt = -1;

    /**
     * A student.
     *
     * @param spec valid, with defaults filled in
     * @param condensed what it rehearses in place of its window; null for the window
     * @param skips what it leaves out since its rollbacks
     * @param missing what it leaves out because it was missing
     */
    Student(
            Identity identity,
            Learner learner,
            Position position,
            TrainingSpec spec,
            @Nullable CondensedImages condensed,
            SkipRules skips,
            MissingDecisions missing,
            TrainerMetrics metrics) {
        this.identity = identity;
        this.learner = learner;
        this.position = position;
        this.spec = spec;
        this.condensed = condensed;
        this.skips = skips;
        this.missing = missing;
        this.metrics = metrics;
        ModelDescription description = identity.description();
        this.minibatches = new MinibatchBuilder(description.input().values(), description.classCount());
        this.rehearsals = isOffline()
                ? RehearsalBuffer.ofAll()
                : new RehearsalBuffer(spec.getReplay().getWindow());
    }

    /** Learns fresh samples, which can be rehearsed from then on; the log before {@code nextOffset} is learned then. */
    public void learn(List<TrainingSample> samples, long nextOffset) {
        try (WorkSpans spans = TrainingSample.spans("trainer step", samples)) {
            metrics.fresh(samples);
            long start = System.nanoTime();
            StepResult result = learner.step(minibatches.build(samples, spec.getLabels()), position.step());
            account(true, samples.size(), result, start);
            samples.forEach(rehearsals::add);
            position.countFresh(result, samples, spec.getReplay().getRatio());
        }
        position.moveTo(nextOffset);
    }

    /** A step of the offline scheme; the first pass is the one that counts its samples as learned. */
    public void learnShuffled() {
        List<TrainingSample> samples = rehearsals.shuffled(spec.getSeed(), position.step(), spec.getBatchSize());
        boolean first = position.step() < rehearsals.passSteps(spec.getBatchSize());
        if (first) {
            metrics.fresh(samples);
        }
        long start = System.nanoTime();
        StepResult result = learner.step(minibatches.build(samples, spec.getLabels()), position.step());
        account(first, samples.size(), result, start);
        if (first) {
            position.countFresh(result, samples, 0);
        } else {
            position.countRehearsal();
        }
    }

    /** Rehearses a batch of condensed images, or one that is drawn from the window. */
    public void rehearse() {
        long start = System.nanoTime();
        long step = position.step();
        if (condensed == null) {
            List<TrainingSample> samples = rehearsals.draw(spec.getSeed(), step, spec.getBatchSize());
            StepResult result = learner.step(minibatches.build(samples, spec.getLabels()), step);
            account(false, samples.size(), result, start);
        } else {
            StepResult result = condensed.rehearse(learner, position.rehearsals(), step);
            account(false, condensed.batchSize(), result, start);
        }
        position.countRehearsal();
    }

    private void account(boolean fresh, int samples, StepResult result, long start) {
        metrics.stepped(fresh, samples, System.nanoTime() - start);
        losses.add(result);
    }

    /** Stores a sample that the offline scheme learns when the stream has ended. */
    public void store(TrainingSample sample) {
        List<MissingSamples> left = missing.endingAt(0).stream()
                .filter(decision -> MissingDecisions.covers(decision, sample.offset()))
                .toList();
        if (left.isEmpty()) {
            rehearsals.add(sample);
        } else {
            position.miss(sample.offset());
            position.endRehearsals(left);
        }
    }

    /** Stops rehearsing what a rule leaves out from this step on, or what was missing when a trainer was at this step. */
    public void applySkipRules() {
        position.forgetEnds(skips.endsBefore(position.step(), position.nextOffset()));
        if (skips.beginAt(position.step())) {
            rehearsals.retain(sample -> skips.mayRehearse(sample.selection().source(), position.step()));
        }
        List<MissingSamples> ending = missing.endingAt(position.step());
        if (!ending.isEmpty() && endedRehearsalsAt != position.step()) {
            endedRehearsalsAt = position.step();
            position.endRehearsals(rehearsals.removeMissing(ending));
        }
    }

    /** Whether the end marker at an offset does not count. */
    public boolean skipsEnd(long offset) {
        return skips.skipsEnd(offset);
    }

    /** Whether it learns when the stream has ended, in passes over all samples. */
    public boolean isOffline() {
        return spec.getOffline().getEpochs() > 0;
    }

    /** Whether a step of the offline scheme comes next. */
    public boolean isEpochDue() {
        return isOffline() && position.streamEnded() && position.step() < offlineSteps();
    }

    /** Steps of the offline scheme over the samples that there are; the schedule is stretched over them when it has no end. */
    private long offlineSteps() {
        long all = (long) spec.getOffline().getEpochs() * rehearsals.passSteps(spec.getBatchSize());
        if (spec.getMaxSteps() == 0 && all > 0) {
            follow(spec.toBuilder().setMaxSteps(all).build());
        }
        return Math.min(all, spec.getMaxSteps());
    }

    /** Whether a rehearsal comes next: they never pass the last scheduled step; fresh samples do, so that each is learned. */
    public boolean isRehearsalDue() {
        long maxSteps = spec.getMaxSteps();
        boolean mayRehearse = condensed != null || !rehearsals.isEmpty();
        if (isOffline() || !mayRehearse || (maxSteps > 0 && position.step() >= maxSteps)) {
            return false;
        }
        return position.rehearsalsOwed() > 0 || (maxSteps > 0 && position.streamEnded());
    }

    /** Whether a spec is of a later generation than the one it learns by. */
    public boolean isLaterSpec(TrainingSpec other) {
        return Long.compareUnsigned(other.getGeneration(), spec.getGeneration()) > 0;
    }

    /** From here on it learns by a later spec; condensed images are those that it names. */
    void configure(TrainingSpec later, @Nullable CondensedImages images) {
        follow(later);
        condensed = images;
        losses.clear();
    }

    private void follow(TrainingSpec later) {
        spec = later;
        learner.configure(later);
        rehearsals.resize(later.getReplay().getWindow());
    }

    /**
     * Takes over what a checkpoint holds; the log gives back what it rehearses.
     *
     * @return decisions about missing samples that are to be committed before the next step; null when it was given up
     */
    @Nullable List<MissingSamples> restore(Path directory, LearningState state, WindowRestore.Origin origin)
            throws IOException, InterruptedException {
        learner.restore(directory.resolve(StudentFiles.LEARNER));
        if (state.rehearsalsFrom() < 0 || state.finished()) {
            return List.of();
        }
        WindowRestore restore = new WindowRestore(rehearsals, skips, missing, state.step(), origin);
        return restore.read(state, parser()) ? restore.finish(position, isOffline()) : null;
    }

    /** A parser of the curriculum that reads each record as this student sees it. */
    public RecordParser parser() {
        return new RecordParser(identity.id(), identity.description(), skips, identity.decoders(), missing);
    }

    /** Name of the student. */
    public String id() {
        return identity.id();
    }

    @Override
    public String curriculum() {
        return identity.curriculum();
    }

    /** Where it is in its curriculum. */
    public Position position() {
        return position;
    }

    /** What was measured of it last, for its model directory. */
    public void measured(Accuracy accuracy) {
        classAccuracies = accuracy.knowsEveryClass() ? accuracy.byClass() : List.of();
    }

    /** Share of the holdout's images of each class that it gets right; empty when unknown. */
    List<Double> classAccuracies() {
        return classAccuracies;
    }

    /** Samples of a minibatch. */
    public int batchSize() {
        return spec.getBatchSize();
    }

    /** The generation of the spec that it learns by. */
    public long generation() {
        return spec.getGeneration();
    }

    /** Running means of the loss's terms by name. */
    public Map<String, Double> losses() {
        return losses.values();
    }

    /** The noise adaptation matrix, row by row; empty when it learns none. */
    public List<List<Float>> noiseMatrix() {
        return learner.noiseMatrix();
    }

    /** What its model directory says, with the normalisation that it is fed with. */
    public ModelDescription description() {
        return identity.description();
    }

    Learner learner() {
        return learner;
    }

    TrainingSpec spec() {
        return spec;
    }

    /** Its numbers, as far as it knows them itself. */
    public StudentStatus.Builder status() {
        return StudentStatus.newBuilder()
                .setCurriculum(curriculum())
                .setStep(position.step())
                .setMaxSteps(spec.getMaxSteps())
                .setTrained(position.trained())
                .setSpecGeneration(spec.getGeneration())
                .setAgreement(position.agreement())
                .setLearningRate(learner.learningRate(position.step()))
                .setNextOffset(position.nextOffset())
                .setCheckpointRequest(position.checkpointRequest())
                .setMissing(position.missing())
                .putAllLosses(losses());
    }

    @Override
    public long step() {
        return position.step();
    }

    @Override
    public long nextOffset() {
        return position.nextOffset();
    }

    @Override
    public boolean isSavedAs(CheckpointManifest manifest) {
        return manifest.getStep() == position.step()
                && manifest.getNextOffset() == position.nextOffset()
                && manifest.getFinished() == position.finished()
                && manifest.getSpec().getGeneration() == spec.getGeneration();
    }

    @Override
    public void write(Path directory, double accuracy) throws IOException {
        StudentFiles.write(this, position.toState(rehearsals.oldestOffset()), accuracy, directory);
    }

    @Override
    public CheckpointManifest.Builder manifest() {
        CheckpointManifest.Builder manifest = CheckpointManifest.newBuilder();
        LearnedRecord last = position.lastLearned();
        if (last != null) {
            manifest.setLastLearned(last);
        }
        return manifest.setStudent(id())
                .setCurriculum(curriculum())
                .setStep(position.step())
                .setNextOffset(position.nextOffset())
                .setTrained(position.trained())
                .setSpec(spec)
                .setWeightsSha256(learner.weightsSha256())
                .addAllEndedPartitions(position.toState(-1).ended().keySet())
                .setAgreement(position.agreement())
                .setFinished(position.finished())
                .addAllTeacherDigests(position.teacherDigests())
                .setLineage(Lineage.newBuilder()
                        .addAllSelections(position.sinceCheckpoint().summaries())
                        .addAllTeacherDigests(position.sinceCheckpoint().teacherDigests())
                        .addAllDecoders(position.sinceCheckpoint().decoders())
                        .addAllMissing(position.rehearsalsEnded()))
                .setDecoderFromOffset(identity.decoders().fromOffset())
                .addAllSkips(skips.rules())
                .setSkipped(position.skipped())
                .setMissing(position.missing());
    }

    @Override
    public void saved() {
        position.saved();
    }

    @Override
    public void close() {
        learner.close();
    }
}
