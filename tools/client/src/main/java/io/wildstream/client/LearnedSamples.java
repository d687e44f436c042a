// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The selected samples that a checkpoint has learned, as a table. */
public final class LearnedSamples {

    private final Map<String, Object> kafka;
    private final Topics topics;

    /** Samples of the curricula of this Kafka; the settings are those that each of its clients needs. */
    public LearnedSamples(Map<String, Object> kafka, Topics topics) {
        this.kafka = Map.copyOf(kafka);
        this.topics = topics;
    }

    /** Writes a CSV file, a line for each sample in the order of the curriculum; returns how many. */
    public long write(CheckpointManifest checkpoint, Path file) throws IOException {
        MissingDecisions missing =
                MissingDecisions.continuing(CheckpointHistory.read(kafka, topics, checkpoint.getStudent()), checkpoint);
        long[] written = {0};
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file));
                TopicScan scan = new TopicScan(kafka)) {
            out.println(
                    "offset,id,source,sample_partition,sample_offset,pseudo_label,noise_value,threshold,teacher_digest");
            scan.forEach(topics.curriculum(checkpoint.getCurriculum()), record -> {
                SelectedSample selected = learned(checkpoint, missing, record);
                if (selected != null) {
                    written[0]++;
                    out.println(line(record.offset(), selected));
                }
            });
            if (out.checkError()) {
                throw new ClientException(file + " cannot be written");
            }
        }
        return written[0];
    }

    private static @org.jspecify.annotations.Nullable SelectedSample learned(
            CheckpointManifest checkpoint, MissingDecisions missing, ConsumerRecord<byte[], byte[]> record) {
        if (record.offset() < checkpoint.getSpec().getStartOffset() || record.offset() >= checkpoint.getNextOffset()) {
            return null;
        }
        try {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            Sample sample = entry.getSelected().getTeacherOutput().getSample();
            boolean skipped = missing.leavesOut(record.offset(), sample)
                    || checkpoint.getSkipsList().stream()
                            .anyMatch(rule -> Rollbacks.skips(rule, record.offset(), sample.getSource()));
            return entry.hasSelected() && !skipped ? entry.getSelected() : null;
        } catch (InvalidProtocolBufferException e) {
            return null; // a dead letter of the trainer: nobody learned it
        }
    }

    private static String line(long offset, SelectedSample selected) {
        TeacherOutput output = selected.getTeacherOutput();
        return String.join(
                ",",
                Long.toString(offset),
                quoted(output.getSample().getId()),
                quoted(output.getSample().getSource()),
                Integer.toString(output.getPosition().getPartition()),
                Long.toString(output.getPosition().getOffset()),
                Integer.toString(selected.getPseudoLabel()),
                Double.toString(selected.getNoiseValue()),
                Double.toString(selected.getThreshold()),
                output.getTeacher().getDigest());
    }

    /** As RFC 4180 quotes. */
    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
