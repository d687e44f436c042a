// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.Lineage;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.Decoders;
import io.wildstream.trainer.curriculum.SkipRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a student so that it continues bit for bit: files first, then the manifest in a transaction with the dead letters that its
 * offsets cover. A checkpoint's directory is a model directory too. Belongs to the training thread.
 */
public final class Checkpoints implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Checkpoints.class);

    private final Topics topics;
    private final CheckpointStore store;
    private final CheckpointCommits commits;
    private final Retention retention;
    private final List<CheckpointManifest> manifests;
    /** What the student in memory was opened from or saved as. */
    private @Nullable CheckpointManifest base;

    private final List<CurriculumEvent.Refused> refused = new ArrayList<>();
    /** Decisions about missing samples that are not committed yet. */
    private final List<MissingSamples> undecided = new ArrayList<>();
    /** What was found of each checkpoint's files, by directory: they are read once, not at every question. */
    private final Map<String, Optional<String>> problems = new HashMap<>();

    /** Directories that need not be removed any more: a long history costs the store nothing. */
    private final Set<String> removed = new HashSet<>();

    private Runnable corruptListener = () -> {};

    /**
     * The checkpoints of one student; removes what crashes left behind.
     *
     * @param retention what stays; one that keeps all removes nothing
     */
    public Checkpoints(Topics topics, CheckpointStore store, CheckpointCommits commits, Retention retention)
            throws IOException {
        this.topics = topics;
        this.store = store;
        this.commits = commits;
        this.retention = retention;
        this.manifests = new ArrayList<>(commits.committed());
        CheckpointFormat.requireReadable(manifests);
        removeRemains();
    }

    /** Directories of a student that this cluster does not know are left alone: another cluster may have made them. */
    private void removeRemains() throws IOException {
        if (retention.newest() > 0) {
            store.removeUnfinished();
        }
        if (retention.newest() > 0 && !manifests.isEmpty()) {
            Set<String> staying = staying(manifests);
            store.retain(staying);
            removed.addAll(directories());
            removed.removeAll(staying);
        }
    }

    private Set<String> directories() {
        return manifests.stream().map(CheckpointManifest::getDirectory).collect(Collectors.toSet());
    }

    /** The newest committed checkpoint of the student's history whose files are whole, or null. */
    public @Nullable CheckpointManifest newestIntact() throws IOException {
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(manifests);
        for (int i = surviving.size() - 1; i >= 0; i--) {
            CheckpointManifest manifest = surviving.get(i);
            if (isIntact(manifest)) {
                return manifest;
            }
        }
        return null;
    }

    private boolean isIntact(CheckpointManifest manifest) throws IOException {
        Optional<String> known = problems.get(manifest.getDirectory());
        if (known != null) {
            return known.isEmpty();
        }
        Optional<String> problem = store.problem(manifest);
        problems.put(manifest.getDirectory(), problem);
        if (problem.isPresent()) {
            LOGGER.error(
                    "the checkpoint cannot be used, trying the one before step={} cause={}",
                    manifest.getStep(),
                    problem.get());
            corruptListener.run();
        }
        return problem.isEmpty();
    }

    /** Calls a listener for each checkpoint whose files are not as they were committed. */
    public void onCorrupt(Runnable listener) {
        corruptListener = listener;
    }

    /** The newest committed checkpoint, or null. */
    public @Nullable CheckpointManifest newest() {
        return manifests.isEmpty() ? null : manifests.get(manifests.size() - 1);
    }

    /** The student in memory is the one of this checkpoint, or a new one for null. */
    public void openedFrom(@Nullable CheckpointManifest manifest) {
        base = manifest;
        undecided.clear();
    }

    /** What the student of a checkpoint leaves out because it was missing; null for a new student. */
    public MissingDecisions missing(@Nullable CheckpointManifest opened) {
        return manifests.isEmpty() ? commits.inheritedMissing() : MissingDecisions.continuing(manifests, opened);
    }

    /** Keeps decisions about missing samples until {@link #decide} or the next checkpoint commits them. */
    public void leaveOut(List<MissingSamples> decisions) {
        undecided.addAll(decisions);
    }

    /** Whether decisions wait to be committed. */
    public boolean hasUndecided() {
        return !undecided.isEmpty();
    }

    /**
     * Commits the decisions that wait: the newest checkpoint once more, with them. There must be one.
     *
     * @throws FencedException when another trainer has taken over the student: none of them counts then
     */
    public void decide() {
        CheckpointManifest carrier = Objects.requireNonNull(newest());
        CheckpointManifest manifest = carrier.toBuilder()
                .setFormatVersion(CheckpointFormat.VERSION)
                .clearMissingAhead()
                .addAllMissingAhead(undecided)
                .build();
        commits.commit(manifest, List.of());
        undecided.clear();
        manifests.add(manifest);
        base = carrier.equals(base) ? manifest : base;
    }

    /** What the student leaves out since its rollbacks. */
    public SkipRules skips() {
        CheckpointManifest last = newest();
        return new SkipRules(last == null ? commits.inheritedSkips() : last.getSkipsList());
    }

    /** The newest rollback request that was answered; 0 before the first. */
    public long answeredRollback() {
        CheckpointManifest last = newest();
        return last == null ? 0 : last.getRollbackRequest();
    }

    /** By which decoders the student reads. */
    public Decoders decoders() {
        CheckpointManifest last = newest();
        return last == null ? commits.inheritedDecoders() : Decoders.of(last);
    }

    /**
     * Rolls back: commits the checkpoint of the wanted step once more, with what is left out from there on. Whoever opens the student next
     * begins there. A request that cannot be carried out changes nothing but is answered, with the reason.
     *
     * @return whether it rolled back
     */
    public boolean rollBack(RollbackRequest request) throws IOException {
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(manifests);
        if (surviving.isEmpty()) {
            LOGGER.error("there is no checkpoint to roll back to request={}", request.getRequest());
            return false;
        }
        CheckpointManifest newest = surviving.get(surviving.size() - 1);
        CheckpointManifest target =
                Rollbacks.target(surviving, request.getStep()).orElse(newest);
        List<String> problems = new ArrayList<>(Rollbacks.problems(surviving, request));
        if (problems.isEmpty()) {
            store.problem(target).ifPresent(problem -> problems.add("step: " + problem));
        }
        CheckpointManifest.Builder answer = problems.isEmpty() ? rolledBack(target, request) : newest.toBuilder();
        CheckpointManifest manifest = answer.setCreated(now())
                .setRollbackRequest(request.getRequest())
                .setRollbackProblem(String.join("; ", problems))
                .addAllKeptDirectories(
                        answer.getKeptDirectoriesCount() > 0 ? List.of() : newest.getKeptDirectoriesList())
                .build();
        commits.commit(manifest, List.of());
        manifests.add(manifest);
        refused.clear();
        LOGGER.info(
                "rollback request={} toStep={} fromStep={} problem={}",
                request.getRequest(),
                request.getStep(),
                newest.getStep(),
                manifest.getRollbackProblem());
        return problems.isEmpty();
    }

    private static CheckpointManifest.Builder rolledBack(CheckpointManifest target, RollbackRequest request) {
        CheckpointManifest.Builder manifest = target.toBuilder();
        if (request.getEndsBefore() > 0) {
            manifest.setFinished(false).clearEndedPartitions();
        }
        return manifest.setFormatVersion(CheckpointFormat.VERSION)
                .setLineage(Lineage.newBuilder()
                        .setParent(target.getDirectory())
                        .setFromStep(target.getStep())
                        .setFromOffset(target.getNextOffset()))
                .clearSkips()
                .addAllSkips(Rollbacks.rules(target, request))
                .setCodeVersion(CheckpointFormat.CODE_VERSION)
                .clearKeptDirectories()
                .clearMissingAhead();
    }

    public Path path(CheckpointManifest manifest) throws IOException {
        return store.fetch(manifest);
    }

    /** Keeps a record that could not be learned from, until a checkpoint covers its offset. */
    public void refuse(CurriculumEvent.Refused record) {
        refused.add(record);
    }

    /** Records that wait for a checkpoint to become dead letters. */
    public int refused() {
        return refused.size();
    }

    /** Whether the student has changed since the checkpoint that it was opened from or saved as. */
    public boolean isStale(CheckpointSource student) {
        CheckpointManifest last = base;
        return last == null || !student.isSavedAs(last);
    }

    /** Whether the newest checkpoint is the student as it is. */
    public boolean isSaved(CheckpointSource student) {
        return base != null && base.equals(newest()) && !isStale(student);
    }

    /** Writes and commits the student as it is. */
    public CheckpointManifest save(CheckpointSource student, double accuracy) throws IOException {
        commits.renew(new TopicPartition(topics.curriculum(student.curriculum()), 0), student.nextOffset());
        CheckpointStore.Written written = store.write(student.step(), directory -> student.write(directory, accuracy));
        removed.remove(written.directory()); // a name that is free again may come back
        problems.remove(written.directory());
        CheckpointManifest manifest = keeping(manifest(student, accuracy, written));
        commits.commit(manifest, letters(manifest.getNextOffset()));
        refused.removeIf(record -> record.offset() < manifest.getNextOffset());
        manifests.add(manifest);
        base = manifest;
        undecided.clear();
        student.saved();
        removeOld();
        return manifest;
    }

    /** The newest request for a checkpoint that the newest checkpoint answered; 0 when that is unknown. */
    public long answeredRequest() throws IOException {
        CheckpointManifest last = newest();
        return last == null
                ? 0
                : LearningState.read(path(last).resolve(LearningState.FILE)).checkpointRequest();
    }

    /** Letters before the furthest offset that a checkpoint, of whatever lineage, has reached are committed already. */
    private List<ProducerRecord<byte[], byte[]>> letters(long nextOffset) {
        long lettersFrom = manifests.stream()
                .mapToLong(CheckpointManifest::getNextOffset)
                .max()
                .orElse(0);
        return refused.stream()
                .filter(record -> record.offset() >= lettersFrom && record.offset() < nextOffset)
                .map(record ->
                        DeadLetters.of(topics, Stage.TRAINER, record.original(), record.reason(), record.detail()))
                .toList();
    }

    private CheckpointManifest manifest(CheckpointSource student, double accuracy, CheckpointStore.Written written) {
        CheckpointManifest.Builder manifest = student.manifest()
                .setFormatVersion(CheckpointFormat.VERSION)
                .setDirectory(written.directory())
                .addAllFiles(written.files())
                .setCreated(now())
                .setRollbackRequest(answeredRollback())
                .addAllMissingAhead(undecided)
                .setCodeVersion(CheckpointFormat.CODE_VERSION);
        CheckpointManifest parent = base;
        if (parent != null) {
            manifest.getLineageBuilder()
                    .setParent(parent.getDirectory())
                    .setFromStep(parent.getStep())
                    .setFromOffset(parent.getNextOffset());
        }
        if (!Double.isNaN(accuracy)) {
            manifest.setHoldoutAccuracy(accuracy);
        }
        return manifest.build();
    }

    /** The manifest with the directories that stay once it is committed. */
    private CheckpointManifest keeping(CheckpointManifest manifest) {
        List<CheckpointManifest> then = new ArrayList<>(manifests);
        then.add(manifest);
        return manifest.toBuilder().addAllKeptDirectories(staying(then)).build();
    }

    /** What stays of the student's history; what an earlier checkpoint no longer kept is gone for good. */
    private Set<String> staying(List<CheckpointManifest> committed) {
        CheckpointManifest last = newest();
        Set<String> there = last == null ? Set.of() : Set.copyOf(last.getKeptDirectoriesList());
        String written = committed.get(committed.size() - 1).getDirectory();
        List<CheckpointManifest> history = CheckpointHistory.surviving(committed).stream()
                .filter(manifest -> there.isEmpty()
                        || there.contains(manifest.getDirectory())
                        || manifest.getDirectory().equals(written))
                .toList();
        return retention.staying(history);
    }

    private void removeOld() {
        Set<String> leaving = directories();
        leaving.removeAll(removed);
        leaving.removeAll(staying(manifests));
        for (String directory : leaving) {
            try {
                store.remove(directory);
                removed.add(directory);
            } catch (IOException e) {
                LOGGER.warn("an old checkpoint could not be removed directory={} cause={}", directory, e.toString());
            }
        }
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    @Override
    public void close() {
        commits.close();
    }
}
