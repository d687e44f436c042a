// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.LearnedRecord;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.LearnedRecords;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Where a student is in its curriculum: the mutable side of {@link LearningState}. Belongs to the training thread. */
public final class Position {

    /** Fresh minibatches that the agreement is taken over. */
    private static final int AGREEMENT_WINDOW = 50;

    private long step;
    private long freshSteps;
    private long rehearsalsOwed;
    private long nextOffset;
    private long trained;
    private long skipped;
    private long missing;
    /** Samples that were missing at or after the next offset, and where the last of them was. */
    private long missingAhead;

    private long lastMissing = -1;
    /** Decisions since the last checkpoint by which rehearsals of missing samples ended. */
    private final List<MissingSamples> rehearsalsEnded = new ArrayList<>();
    /** Samples that were left out at or after the next offset. */
    private final Deque<Long> skippedAhead = new ArrayDeque<>();

    private final SelectionTally sinceCheckpoint = new SelectionTally();
    private final SortedMap<Integer, Long> ended = new TreeMap<>();
    private int partitions;
    private final Deque<List<Integer>> agreement = new ArrayDeque<>();
    private final SortedSet<String> teacherDigests = new TreeSet<>();
    private long checkpointRequest;
    private boolean finished;
    private @Nullable LearnedRecord lastLearned;

    /** Before the first step. */
    static Position startingAt(long offset) {
        Position position = new Position();
        position.nextOffset = offset;
        return position;
    }

    /** Where a checkpoint was taken. */
    static Position of(LearningState state, long skipped, long missing) {
        Position position = new Position();
        position.step = state.step();
        position.freshSteps = state.freshSteps();
        position.rehearsalsOwed = state.rehearsalsOwed();
        position.nextOffset = state.nextOffset();
        position.trained = state.trained();
        position.skipped = skipped;
        position.missing = missing;
        position.ended.putAll(state.ended());
        position.partitions = state.partitions();
        position.agreement.addAll(state.agreement());
        position.teacherDigests.addAll(state.teacherDigests());
        position.checkpointRequest = state.checkpointRequest();
        position.finished = state.finished();
        return position;
    }

    /** What a checkpoint holds: an end marker that was read ahead of the next offset will be read again. */
    public LearningState toState(long rehearsalsFrom) {
        SortedMap<Integer, Long> passed = new TreeMap<>(ended);
        passed.values().removeIf(offset -> offset >= nextOffset);
        return new LearningState(
                LearningState.FORMAT_VERSION,
                step,
                freshSteps,
                rehearsalsOwed,
                nextOffset,
                trained,
                rehearsalsFrom,
                passed,
                partitions,
                new ArrayList<>(agreement),
                new TreeSet<>(teacherDigests),
                checkpointRequest,
                finished);
    }

    /**
     * Counts a step with fresh samples; after the i-th, counted from 0, {@code floor((i + 1) ratio) - floor(i ratio)} rehearsals are
     * owed.
     */
    void countFresh(StepResult result, List<TrainingSample> samples, double rehearsalRatio) {
        rehearsalsOwed +=
                (long) (Math.floor((freshSteps + 1) * rehearsalRatio) - Math.floor(freshSteps * rehearsalRatio));
        step++;
        freshSteps++;
        trained += samples.size();
        samples.forEach(sample -> teacherDigests.add(sample.teacher().digest()));
        samples.forEach(sinceCheckpoint::add);
        LearnedRecords.last(samples).ifPresent(this::learned);
        agreement.add(List.of(result.size(), result.agreed()));
        if (agreement.size() > AGREEMENT_WINDOW) {
            agreement.remove();
        }
    }

    /** Takes note of the last sample that was learned. */
    void learned(LearnedRecord record) {
        lastLearned = record;
    }

    void countRehearsal() {
        step++;
        rehearsalsOwed = Math.max(0, rehearsalsOwed - 1);
    }

    /**
     * Why an end marker cannot be right; null when it can. The first one settles how many partitions the stream has, and cannot name
     * more than the topic has: a student would wait for their markers for ever. It can name fewer, since topics grow.
     *
     * @param topicPartitions partitions of {@code samples} now, 0 when unknown; asked only when there is no marker before
     */
    public @Nullable String contradiction(CurriculumEvent.Ended marker, IntSupplier topicPartitions) {
        if (partitions > 0) {
            return marker.partitions() == partitions
                    ? null
                    : against(marker, "an earlier end marker says " + partitions);
        }
        int most = topicPartitions.getAsInt();
        return most == 0 || marker.partitions() <= most ? null : against(marker, "the topic of samples has " + most);
    }

    private static String against(CurriculumEvent.Ended marker, String what) {
        return "partition " + marker.partition() + " of " + marker.partitions() + ", but " + what;
    }

    public void countEnd(CurriculumEvent.Ended marker) {
        partitions = marker.partitions();
        ended.putIfAbsent(marker.partition(), marker.offset());
    }

    /** The end markers below an offset do not count: the stream goes on, perhaps with more partitions. */
    void forgetEnds(long before) {
        if (ended.values().removeIf(offset -> offset < before)) {
            finished = false;
            if (ended.isEmpty()) {
                partitions = 0;
            }
        }
    }

    /** Takes note of a sample that is left out; it counts once the next offset is past it. */
    public void skip(long offset) {
        skippedAhead.add(offset);
    }

    /** Takes note of a sample that is missing; it counts once the next offset is past it. */
    public void miss(long offset) {
        missingAhead++;
        lastMissing = offset;
    }

    /** Missing samples are no longer rehearsed from here on. */
    void endRehearsals(List<MissingSamples> decisions) {
        rehearsalsEnded.addAll(decisions);
    }

    public void moveTo(long offset) {
        nextOffset = offset;
        if (lastMissing < offset) {
            missing += missingAhead;
            skipped += missingAhead;
            missingAhead = 0;
        }
        while (!skippedAhead.isEmpty() && skippedAhead.element() < offset) {
            skippedAhead.remove();
            skipped++;
        }
    }

    public void answerRequest(long request) {
        checkpointRequest = request;
    }

    public void finish() {
        finished = true;
    }

    /** Whether every partition of the stream has ended. */
    public boolean streamEnded() {
        return partitions > 0 && ended.size() >= partitions;
    }

    /** Share of the newest fresh samples whose pseudo-label the student knew before it learned them; 0 before the first. */
    public double agreement() {
        long samples = agreement.stream().mapToLong(pair -> pair.get(0)).sum();
        long agreed = agreement.stream().mapToLong(pair -> pair.get(1)).sum();
        return samples == 0 ? 0 : (double) agreed / samples;
    }

    public long step() {
        return step;
    }

    /** Steps so far that were rehearsals. */
    long rehearsals() {
        return step - freshSteps;
    }

    public long rehearsalsOwed() {
        return rehearsalsOwed;
    }

    public long nextOffset() {
        return nextOffset;
    }

    public long trained() {
        return trained;
    }

    /** Selected samples before the next offset that were left out, by rules or because they were missing. */
    public long skipped() {
        return skipped;
    }

    /** Those of them that were missing. */
    public long missing() {
        return missing;
    }

    /** Decisions since the last checkpoint by which rehearsals of missing samples ended. */
    List<MissingSamples> rehearsalsEnded() {
        return rehearsalsEnded;
    }

    /** A checkpoint was taken: what is counted since the last one is counted from zero again. */
    void saved() {
        sinceCheckpoint.clear();
        rehearsalsEnded.clear();
    }

    /** What was learned since the last checkpoint. */
    public SelectionTally sinceCheckpoint() {
        return sinceCheckpoint;
    }

    SortedMap<Integer, Long> ended() {
        return ended;
    }

    public SortedSet<String> teacherDigests() {
        return teacherDigests;
    }

    /** The last sample that was learned; null before the first, or when a checkpoint does not say. */
    @Nullable LearnedRecord lastLearned() {
        return lastLearned;
    }

    public long checkpointRequest() {
        return checkpointRequest;
    }

    public boolean finished() {
        return finished;
    }
}
