// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.ClientException;
import io.wildstream.client.TopicScan;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TrainingSpecChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Bytes;

/**
 * Reads a finished stream back and proves it: for every record of {@code samples} one committed teacher output or one dead letter, one
 * decision for each output in each curriculum, and each selected sample learned by one step of the student that survived.
 *
 * <p>Only committed records are read, and no counter of a process. A sample is a record of {@code samples}, its partition and offset: a
 * client that repeated a call which had no answer has written two samples, and both are held to the same rule.
 */
public final class ProofReader {

    private final TopicScan scan;
    private final Topics topics;
    private final Positions samples = new Positions();
    private final Set<Bytes> ids = new HashSet<>();
    private final Positions outputs = new Positions();
    private final Map<String, Entries> curricula = new TreeMap<>();
    private final Map<String, Start> starts = new TreeMap<>();
    private final Map<String, List<CheckpointManifest>> checkpoints = new HashMap<>();
    private long deadLetters;

    /** A student's curriculum and the offset that it begins at. */
    private record Start(String curriculum, long offset) {}

    /** What is read of one curriculum. */
    private static final class Entries {
        private final NavigableSet<Long> offsets = new TreeSet<>();
        private final Positions selected = new Positions();
        private final AnswerTally decisions;
        private long kept;
        private long repeated;

        Entries(Positions outputs) {
            this.decisions = new AnswerTally(outputs);
        }

        CurriculumProof proof(long deadLetters) {
            return new CurriculumProof(kept, repeated, decisions.count(deadLetters));
        }
    }

    private ProofReader(TopicScan scan, Topics topics) {
        this.scan = scan;
        this.topics = topics;
    }

    /**
     * Reads all that is committed now. The services must have stopped or be idle.
     *
     * @throws ClientException when a record cannot be read
     */
    public static StreamProof read(String bootstrapServers, Topics topics) {
        try (TopicScan scan = new TopicScan(bootstrapServers)) {
            return new ProofReader(scan, topics).read();
        }
    }

    private StreamProof read() {
        scan.forEach(topics.samples(), record -> {
            if (!CloudEvents.isEndOfStream(record.headers())) {
                samples.add(record.partition(), record.offset());
                ids.add(Bytes.wrap(record.key() == null ? new byte[0] : record.key()));
            }
        });
        AnswerCount answers = readOutputs();
        long[] selectorLetters = {0};
        scan.forEach(topics.deadLetters(Stage.SELECTOR), record -> selectorLetters[0]++);
        deadLetters += selectorLetters[0];
        scan.topics().stream().sorted().forEach(this::readCurriculum);
        scan.forEach(topics.rejected(), this::readRejected);
        scan.forEach(topics.deadLetters(Stage.TRAINER), this::readTrainerLetter);
        scan.forEach(topics.checkpoints(), this::readCheckpoint);
        Map<String, CurriculumProof> curriculumProofs = new TreeMap<>();
        curricula.forEach((name, entries) -> curriculumProofs.put(name, entries.proof(selectorLetters[0])));
        Map<String, TrainedProof> students = new TreeMap<>();
        starts.forEach((student, start) -> students.put(student, prove(student, start)));
        return new StreamProof(samples.size(), ids.size(), deadLetters, answers, curriculumProofs, students);
    }

    private AnswerCount readOutputs() {
        AnswerTally answers = new AnswerTally(samples);
        scan.forEach(topics.teacherOutputs(), record -> {
            if (!CloudEvents.isEndOfStream(record.headers())) {
                SamplePosition position =
                        parse(record, TeacherOutput::parseFrom).getPosition();
                answers.add(position);
                outputs.add(position);
            }
        });
        scan.forEach(topics.deadLetters(Stage.TEACHER), record -> {
            deadLetters++;
            answers.add(SamplePosition.newBuilder()
                    .setPartition((int) number(record, DeadLetters.PARTITION))
                    .setOffset(number(record, DeadLetters.OFFSET))
                    .build());
        });
        return answers.count(0);
    }

    private void readCurriculum(String topic) {
        String name = topics.curriculumOf(topic);
        if (name == null) {
            return;
        }
        Entries entries = entries(name);
        scan.forEach(topic, record -> {
            CurriculumRecord entry = parse(record, CurriculumRecord::parseFrom);
            if (entry.hasSelected()) {
                SamplePosition position = entry.getSelected().getTeacherOutput().getPosition();
                entries.kept++;
                entries.offsets.add(record.offset());
                entries.repeated += entries.selected.add(position) ? 0 : 1;
                entries.decisions.add(position);
            } else if (entry.hasSpecChange()) {
                begin(name, record.offset(), entry.getSpecChange());
            }
        });
    }

    /** A student begins where its first spec says, but not after that spec's own place. */
    private void begin(String curriculum, long offset, TrainingSpecChange change) {
        long start = Math.min(change.getSpec().getStartOffset(), offset + 1);
        starts.putIfAbsent(change.getStudent(), new Start(curriculum, start));
    }

    private void readRejected(ConsumerRecord<byte[], byte[]> record) {
        RejectedSample rejected = parse(record, RejectedSample::parseFrom);
        entries(rejected.getCurriculum()).decisions.add(rejected.getPosition());
    }

    private void readTrainerLetter(ConsumerRecord<byte[], byte[]> record) {
        deadLetters++;
        String topic = CloudEvents.text(record.headers(), DeadLetters.TOPIC);
        String name = topic == null ? null : topics.curriculumOf(topic);
        if (name != null) {
            entries(name).offsets.remove(number(record, DeadLetters.OFFSET));
        }
    }

    private void readCheckpoint(ConsumerRecord<byte[], byte[]> record) {
        CheckpointManifest manifest = parse(record, CheckpointManifest::parseFrom);
        checkpoints
                .computeIfAbsent(manifest.getStudent(), unused -> new ArrayList<>())
                .add(manifest);
    }

    private TrainedProof prove(String student, Start start) {
        return new Lineage(start.offset(), entries(start.curriculum()).offsets)
                .prove(checkpoints.getOrDefault(student, List.of()));
    }

    private Entries entries(String curriculum) {
        return curricula.computeIfAbsent(curriculum, unused -> new Entries(outputs));
    }

    private static long number(ConsumerRecord<byte[], byte[]> record, String header) {
        String text = CloudEvents.text(record.headers(), header);
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new ClientException(place(record) + " has no number in " + header, e);
        }
    }

    private interface Parser<T> {
        T parse(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private static <T> T parse(ConsumerRecord<byte[], byte[]> record, Parser<T> parser) {
        try {
            return parser.parse(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new ClientException(place(record) + " cannot be read", e);
        }
    }

    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return "record " + record.topic() + "/" + record.partition() + "/" + record.offset();
    }
}
