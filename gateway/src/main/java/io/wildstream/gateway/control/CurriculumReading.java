// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.SelectionSummary;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentExplanation.PseudoLabel;
import io.wildstream.contracts.v1.StudentExplanation.Source;
import io.wildstream.contracts.v1.StudentExplanation.Spec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.Kafka;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** One pass over the part of a curriculum that a checkpoint has learned from: who contributed what. Used once, by one thread. */
final class CurriculumReading {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_SOURCES = 1000;
    private static final int MAX_SENDERS = 100;

    private final Kafka kafka;
    private final String student;
    private final CheckpointManifest checkpoint;
    private final MissingDecisions missing;
    private final Map<String, Source.Builder> sources = new HashMap<>();
    private final SortedMap<Integer, PseudoLabel.Builder> labels = new TreeMap<>();
    private final SortedMap<Long, SelectionSummary.Builder> selections = new TreeMap<>();
    private final SortedMap<String, Long> teachers = new TreeMap<>();
    private final SortedMap<String, Long> senders = new TreeMap<>();
    private final StudentExplanation.Builder found;

    /** @param missing what the student left out up to this checkpoint because it was missing */
    CurriculumReading(Kafka kafka, String student, CheckpointManifest checkpoint, MissingDecisions missing) {
        this.kafka = kafka;
        this.student = student;
        this.checkpoint = checkpoint;
        this.missing = missing;
        this.found = StudentExplanation.newBuilder().setCheckpoint(checkpoint).setStartOffset(-1);
    }

    StudentExplanation explain() {
        read(checkpoint.getSpec().getStartOffset());
        addUp();
        return found.build();
    }

    private void read(long from) {
        Map<String, Object> properties = kafka.client();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        TopicPartition partition = new TopicPartition(kafka.topics().curriculum(checkpoint.getCurriculum()), 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long progress = System.nanoTime();
            while (consumer.position(partition) < checkpoint.getNextOffset()) {
                var records = consumer.poll(POLL);
                records.forEach(this::take);
                progress = records.isEmpty() ? progress : System.nanoTime();
                if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                    throw ApiErrors.unavailable("Kafka gives no records of " + partition.topic());
                }
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.offset() >= checkpoint.getNextOffset()) {
            return;
        }
        try {
            CurriculumRecord entry = record.value() == null
                    ? CurriculumRecord.getDefaultInstance()
                    : CurriculumRecord.parseFrom(record.value());
            switch (entry.getEntryCase()) {
                case SELECTED -> take(record.offset(), entry.getSelected());
                case SPEC_CHANGE -> take(record.offset(), entry.getSpecChange());
                case END_OF_STREAM -> {}
                case ENTRY_NOT_SET -> found.setRefused(found.getRefused() + 1);
            }
        } catch (InvalidProtocolBufferException e) {
            found.setRefused(found.getRefused() + 1);
        }
    }

    private void take(long offset, TrainingSpecChange change) {
        if (change.getStudent().equals(student)
                && Long.compareUnsigned(
                                change.getSpec().getGeneration(),
                                checkpoint.getSpec().getGeneration())
                        <= 0) {
            found.addSpecs(Spec.newBuilder()
                    .setGeneration(change.getSpec().getGeneration())
                    .setOffset(offset)
                    .setSpec(change.getSpec()));
        }
    }

    private void take(long offset, SelectedSample selected) {
        if (found.getStartOffset() < 0) {
            found.setStartOffset(offset);
        }
        var sample = selected.getTeacherOutput().getSample();
        Source.Builder source = sources.computeIfAbsent(
                sample.getSource(), name -> Source.newBuilder().setSource(name));
        boolean skipped = missing.leavesOut(offset, sample)
                || checkpoint.getSkipsList().stream()
                        .anyMatch(rule -> Rollbacks.skips(rule, offset, sample.getSource()));
        if (skipped) {
            source.setSkipped(source.getSkipped() + 1);
            return;
        }
        if (source.getLearned() == 0) {
            source.setFirstId(sample.getId()).setFirstOffset(offset);
        }
        source.setLearned(source.getLearned() + 1)
                .setMeanNoiseValue(source.getMeanNoiseValue() + selected.getNoiseValue()) // the sum, until the end
                .setMaxNoiseValue(Math.max(source.getMaxNoiseValue(), selected.getNoiseValue()))
                .setLastId(sample.getId())
                .setLastOffset(offset);
        teachers.merge(selected.getTeacherOutput().getTeacher().getDigest(), 1L, Long::sum);
        if (selected.getTeacherOutput().hasPrecomputedBy()) {
            String sender = selected.getTeacherOutput().getPrecomputedBy();
            boolean shown = senders.containsKey(sender) || senders.size() < MAX_SENDERS;
            senders.merge(shown ? sender : "", 1L, Long::sum);
        }
        label(selected);
        selection(selected);
    }

    private void label(SelectedSample selected) {
        PseudoLabel.Builder label = labels.computeIfAbsent(
                selected.getPseudoLabel(),
                number -> PseudoLabel.newBuilder()
                        .setPseudoLabel(number)
                        .setMinThreshold(Double.POSITIVE_INFINITY)
                        .setMaxThreshold(Double.NEGATIVE_INFINITY));
        label.setLearned(label.getLearned() + 1)
                .setMaxNoiseValue(Math.max(label.getMaxNoiseValue(), selected.getNoiseValue()))
                .setMinThreshold(Math.min(label.getMinThreshold(), selected.getThreshold()))
                .setMaxThreshold(Math.max(label.getMaxThreshold(), selected.getThreshold()));
    }

    private void selection(SelectedSample selected) {
        SelectionSummary.Builder one = selections.computeIfAbsent(
                selected.getPolicyGeneration(),
                generation -> SelectionSummary.newBuilder()
                        .setPolicyGeneration(generation)
                        .setMinThreshold(Double.POSITIVE_INFINITY)
                        .setMaxThreshold(Double.NEGATIVE_INFINITY));
        one.setSamples(one.getSamples() + 1)
                .setMinThreshold(Math.min(one.getMinThreshold(), selected.getThreshold()))
                .setMaxThreshold(Math.max(one.getMaxThreshold(), selected.getThreshold()))
                .setMaxNoiseValue(Math.max(one.getMaxNoiseValue(), selected.getNoiseValue()));
    }

    private void addUp() {
        List<Source.Builder> largest = sources.values().stream()
                .sorted(Comparator.comparingLong(Source.Builder::getLearned).reversed())
                .toList();
        Source.Builder rest = Source.newBuilder();
        for (Source.Builder source : largest) {
            found.setLearned(found.getLearned() + source.getLearned())
                    .setSkipped(found.getSkipped() + source.getSkipped());
            if (found.getSourcesCount() < MAX_SOURCES) {
                found.addSources(withMean(source));
            } else {
                rest.setLearned(rest.getLearned() + source.getLearned())
                        .setSkipped(rest.getSkipped() + source.getSkipped())
                        .setMeanNoiseValue(rest.getMeanNoiseValue() + source.getMeanNoiseValue())
                        .setMaxNoiseValue(Math.max(rest.getMaxNoiseValue(), source.getMaxNoiseValue()));
            }
        }
        if (largest.size() > MAX_SOURCES) {
            found.addSources(withMean(rest));
        }
        found.setRefused(found.getRefused() + Math.max(0, found.getLearned() - checkpoint.getTrained()));
        labels.values().forEach(found::addPseudoLabels);
        selections.values().forEach(found::addSelections);
        found.putAllTeachers(teachers).putAllPrecomputed(senders);
    }

    private static Source withMean(Source.Builder source) {
        return source.setMeanNoiseValue(source.getMeanNoiseValue() / Math.max(1, source.getLearned()))
                .build();
    }
}
