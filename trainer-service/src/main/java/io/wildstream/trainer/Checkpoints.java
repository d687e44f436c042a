package io.wildstream.trainer;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.checkpoint.CheckpointCommits;
import io.wildstream.trainer.checkpoint.CheckpointFormat;
import io.wildstream.trainer.checkpoint.CheckpointStore;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.checkpoint.Retention;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a student so that it goes on bit for bit: files first, then the manifest in a transaction with the dead letters that its
 * offsets cover. A checkpoint's directory is a model directory too. Belongs to the training thread.
 */
final class Checkpoints implements AutoCloseable {

    /** Arrays: weights, buffers, learned parameters, moments. */
    static final String LEARNER_FILE = "learner.safetensors";
    /** {@link LearningState}. */
    static final String STATE_FILE = "state.json";

    private static final Logger LOGGER = LoggerFactory.getLogger(Checkpoints.class);

    private final Topics topics;
    private final CheckpointStore store;
    private final CheckpointCommits commits;
    private final Retention retention;
    private final List<CheckpointManifest> manifests;
    private final List<CurriculumEvent.Refused> refused = new ArrayList<>();
    /** What was found of each checkpoint's files, by directory: they are read once, not at every question. */
    private final Map<String, Optional<String>> problems = new HashMap<>();

    private Runnable corruptListener = () -> {};
    /** Dead letters before this offset are committed already. */
    private final long lettersFrom;

    /**
     * The checkpoints of one student; removes what crashes left behind.
     *
     * @param retention what stays; one that keeps all removes nothing
     */
    Checkpoints(Topics topics, CheckpointStore store, CheckpointCommits commits, Retention retention)
            throws IOException {
        this.topics = topics;
        this.store = store;
        this.commits = commits;
        this.retention = retention;
        this.manifests = new ArrayList<>(commits.committed());
        CheckpointFormat.requireReadable(manifests);
        this.lettersFrom = manifests.stream()
                .mapToLong(CheckpointManifest::getNextOffset)
                .max()
                .orElse(0);
        removeRemains();
    }

    /** Directories of a student that this cluster does not know are left alone: another cluster may have made them. */
    private void removeRemains() throws IOException {
        if (retention.newest() > 0) {
            store.removeUnfinished();
        }
        if (retention.newest() > 0 && !manifests.isEmpty()) {
            store.retain(
                    manifests.stream().map(CheckpointManifest::getDirectory).collect(Collectors.toSet()));
            removeOld();
        }
    }

    /** The newest committed checkpoint whose files are whole, or null. */
    @Nullable CheckpointManifest newestIntact() throws IOException {
        for (int i = manifests.size() - 1; i >= 0; i--) {
            CheckpointManifest manifest = manifests.get(i);
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
                    "checkpoint cannot be used, taking the one before step={} cause={}",
                    manifest.getStep(),
                    problem.get());
            corruptListener.run();
        }
        return problem.isEmpty();
    }

    /** Has a listener called for each checkpoint whose files are not as they were committed. */
    void onCorrupt(Runnable listener) {
        corruptListener = listener;
    }

    /** The newest committed checkpoint, or null. */
    @Nullable CheckpointManifest newest() {
        return manifests.isEmpty() ? null : manifests.get(manifests.size() - 1);
    }

    Path path(CheckpointManifest manifest) throws IOException {
        return store.fetch(manifest);
    }

    /** Keeps a record that could not be learned from, until a checkpoint covers its offset. */
    void refuse(CurriculumEvent.Refused record) {
        refused.add(record);
    }

    /** Records that wait for a checkpoint to become dead letters. */
    int refused() {
        return refused.size();
    }

    /** Whether the student stands elsewhere than at its newest checkpoint. */
    boolean isStale(Student student) {
        CheckpointManifest last = newest();
        Position position = student.position();
        return last == null
                || last.getStep() != position.step()
                || last.getNextOffset() != position.nextOffset()
                || last.getFinished() != position.finished()
                || last.getSpec().getGeneration() != student.spec().getGeneration();
    }

    /** Writes and commits the student as it is; one that has not changed is committed again without new files. */
    CheckpointManifest save(Student student, double accuracy) throws IOException {
        CheckpointManifest last = newest();
        if (last != null && !isStale(student)) {
            return commitAgain();
        }
        commits.prove(
                new TopicPartition(topics.curriculum(student.curriculum()), 0),
                student.position().nextOffset());
        CheckpointStore.Written written =
                store.write(student.position().step(), directory -> write(student, accuracy, directory));
        CheckpointManifest manifest = manifest(student, accuracy, written);
        commits.commit(manifest, letters(manifest.getNextOffset()));
        refused.removeIf(record -> record.offset() < manifest.getNextOffset());
        manifests.add(manifest);
        removeOld();
        return manifest;
    }

    /** Commits the newest checkpoint once more, as an answer to somebody who asked for one. */
    CheckpointManifest commitAgain() {
        CheckpointManifest last = newest();
        if (last == null) {
            throw new IllegalStateException("there is no checkpoint yet");
        }
        CheckpointManifest again = last.toBuilder().setCreated(now()).build();
        commits.commit(again, List.of());
        manifests.add(again);
        return again;
    }

    /** The newest request for a checkpoint that the newest checkpoint answered; 0 when that is unknown. */
    long answeredRequest() throws IOException {
        CheckpointManifest last = newest();
        return last == null
                ? 0
                : LearningState.read(path(last).resolve(STATE_FILE)).checkpointRequest();
    }

    private List<ProducerRecord<byte[], byte[]>> letters(long nextOffset) {
        return refused.stream()
                .filter(record -> record.offset() >= lettersFrom && record.offset() < nextOffset)
                .map(record ->
                        DeadLetters.of(topics, Stage.TRAINER, record.original(), record.reason(), record.detail()))
                .toList();
    }

    private static void write(Student student, double accuracy, Path directory) throws IOException {
        student.learner().save(directory.resolve(LEARNER_FILE));
        Path module = directory.resolve("student.pt");
        student.learner().exportTorchScript(module);
        link(directory.resolve(ModelDescription.MODULE_FILE), module);
        description(student, accuracy, Digests.sha256(module)).write(directory);
        Position position = student.position();
        Files.write(
                directory.resolve(STATE_FILE),
                position.toState(student.replay().oldestOffset()).toJson());
        Files.write(
                directory.resolve("terms.json"),
                LearningState.json(Map.of("terms", student.learner().describeTerms())));
        Files.writeString(directory.resolve("spec.json"), JsonFormat.printer().print(student.spec()));
    }

    /** The name under which a model store looks for the module; a copy where the file system knows no links. */
    private static void link(Path link, Path existing) throws IOException {
        try {
            Files.createLink(link, existing);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(existing, link);
        }
    }

    private static ModelDescription description(Student student, double accuracy, String digest) {
        ModelDescription of = student.description();
        return new ModelDescription(
                student.id(),
                of.input(),
                of.classes(),
                of.mean(),
                of.std(),
                of.featureSize(),
                digest,
                Double.isNaN(accuracy) ? null : accuracy,
                List.of(),
                student.learner().classifierBias());
    }

    private static CheckpointManifest manifest(Student student, double accuracy, CheckpointStore.Written written) {
        Position position = student.position();
        LearningState state = position.toState(-1);
        CheckpointManifest.Builder manifest = CheckpointManifest.newBuilder()
                .setFormatVersion(CheckpointFormat.VERSION)
                .setStudent(student.id())
                .setCurriculum(student.curriculum())
                .setStep(position.step())
                .setNextOffset(position.nextOffset())
                .setTrained(position.trained())
                .setSpec(student.spec())
                .setDirectory(written.directory())
                .addAllFiles(written.files())
                .setWeightsSha256(student.learner().weightsSha256())
                .addAllEndedPartitions(state.ended().keySet())
                .setAgreement(position.agreement())
                .setFinished(position.finished())
                .setCreated(now())
                .addAllTeacherDigests(position.teacherDigests());
        if (!Double.isNaN(accuracy)) {
            manifest.setHoldoutAccuracy(accuracy);
        }
        return manifest.build();
    }

    private void removeOld() {
        Set<String> leaving =
                manifests.stream().map(CheckpointManifest::getDirectory).collect(Collectors.toSet());
        leaving.removeAll(retention.staying(manifests));
        for (String directory : leaving) {
            try {
                store.remove(directory);
            } catch (IOException e) {
                LOGGER.warn("old checkpoint stays for now directory={} cause={}", directory, e.toString());
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
