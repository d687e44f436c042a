// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.sample.References;
import io.wildstream.contracts.trace.TraceHeaders;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.trainer.reference.FetchOutcome;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides what a record means to a student. The same record gives the same event in every process, or a replay would learn something
 * else. Belongs to one thread.
 */
public final class RecordParser {

    /** Why a record cannot be learned from, besides what the decoder of samples says. */
    public enum Reason {
        /** The value is not a curriculum record. */
        UNPARSABLE,
        /** The record is of another type, such as one of a later format. */
        UNKNOWN_TYPE,
        /** The record holds nothing that this version knows. */
        UNKNOWN_ENTRY,
        /** The logits are not K finite values. */
        BAD_LOGITS,
        /** The pseudo-label, or the sample's own label, is not a class of the student. */
        BAD_LABEL,
        /** The teacher's digest is longer than any. */
        BAD_TEACHER,
        /** A reference in place of the bytes that does not say by which digest they are known. */
        BAD_REFERENCE,
        /** An end marker for a partition that does not exist, or of another number of partitions than the stream has. */
        BAD_END_MARKER
    }

    private static final String TYPE = CloudEvents.type(CurriculumRecord.getDescriptor());
    private static final int NO_LABEL = -1;

    private final String student;
    private final int classes;
    private final PixelReader pixels;
    private final PredictionReader answers;
    private final SkipRules skips;
    private final Decoders decoders;
    private final MissingDecisions missing;

    /** A parser that reads each sample by the decoder that its record names. */
    public RecordParser(String student, ModelDescription description, SkipRules skips) {
        this(student, description, skips, Decoders.OF_RECORDS, MissingDecisions.NONE);
    }

    /**
     * A parser for one student.
     *
     * @param description shape, classes and normalisation of what the student reads
     * @param skips what it leaves out
     * @param decoders by which it reads pixels
     * @param missing what it leaves out because it was missing
     */
    public RecordParser(
            String student,
            ModelDescription description,
            SkipRules skips,
            Decoders decoders,
            MissingDecisions missing) {
        this.student = student;
        this.classes = description.classCount();
        this.pixels = new PixelReader(description);
        this.answers = new PredictionReader(description.classCount());
        this.skips = skips;
        this.decoders = decoders;
        this.missing = missing;
    }

    /** Whether a record claims to be what a curriculum holds; one without a type does. */
    static boolean isCurriculumRecord(ConsumerRecord<byte[], byte[]> record) {
        String type = CloudEvents.text(record.headers(), CloudEvents.TYPE);
        return type == null || type.equals(TYPE);
    }

    /** What the record means. */
    public CurriculumEvent parse(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return refused(record, Reason.UNPARSABLE, "the record has no value");
        }
        if (!isCurriculumRecord(record)) {
            String type = CloudEvents.text(record.headers(), CloudEvents.TYPE);
            return refused(record, Reason.UNKNOWN_TYPE, "the type is '" + type + "', expected " + TYPE);
        }
        CurriculumRecord entry;
        try {
            entry = CurriculumRecord.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            return refused(record, Reason.UNPARSABLE, String.valueOf(e.getMessage()));
        }
        return switch (entry.getEntryCase()) {
            case SELECTED -> selected(record, entry.getSelected());
            case SPEC_CHANGE ->
                entry.getSpecChange().getStudent().equals(student)
                        ? new CurriculumEvent.SpecChanged(
                                record.offset(), entry.getSpecChange().getSpec())
                        : new CurriculumEvent.Foreign(record.offset());
            case END_OF_STREAM ->
                ended(
                        record,
                        entry.getEndOfStream().getSourcePartition(),
                        entry.getEndOfStream().getPartitions());
            case ENTRY_NOT_SET -> refused(record, Reason.UNKNOWN_ENTRY, "the record holds no entry");
        };
    }

    private static CurriculumEvent ended(ConsumerRecord<byte[], byte[]> record, int partition, int partitions) {
        if (partition < 0 || partition >= partitions) {
            return refused(record, Reason.BAD_END_MARKER, "partition " + partition + " of " + partitions);
        }
        return new CurriculumEvent.Ended(record, partition, partitions);
    }

    private CurriculumEvent selected(ConsumerRecord<byte[], byte[]> record, SelectedSample selected) {
        TeacherOutput output = selected.getTeacherOutput();
        String source = output.getSample().getSource().intern();
        if (skips.skips(record.offset(), source)) {
            return new CurriculumEvent.Skipped(record.offset());
        }
        boolean labelled = output.getSample().hasLabel();
        int label = labelled ? output.getSample().getLabel() : NO_LABEL;
        if (labelled && (label < 0 || label >= classes)) {
            return refused(
                    record,
                    Reason.BAD_LABEL,
                    "the sample's label " + Integer.toUnsignedString(label) + " of " + classes + " classes");
        }
        return MissingDecisions.canMiss(output.getSample())
                ? referenced(record, selected, source)
                : learnable(record, selected, source, label);
    }

    /** What can be refused without the bytes is refused before anything is fetched. */
    private CurriculumEvent referenced(ConsumerRecord<byte[], byte[]> record, SelectedSample selected, String source) {
        TeacherOutput output = selected.getTeacherOutput();
        Reference reference = output.getSample().getReference();
        String problem = References.problem(reference);
        if (problem.isEmpty() && (reference.getSha256().isEmpty() || reference.getSizeBytes() <= 0)) {
            problem = "a reference without the bytes must have their SHA-256 and size";
        }
        if (!problem.isEmpty()) {
            return refused(record, Reason.BAD_REFERENCE, problem);
        }
        try {
            var unused = answers.read(output, selected.getPseudoLabel());
        } catch (BadPredictionException e) {
            return refused(record, e.reason(), e.detail());
        }
        long offset = record.offset();
        MissingReason reason = missing.neverLearned(offset);
        boolean known = reason != null || missing.isNotRehearsed(offset) || missing.endsWhereOpened(offset);
        return known
                ? new CurriculumEvent.Missing(
                        offset,
                        source,
                        reason == null ? MissingReason.MISSING_REASON_GONE : reason,
                        reference.getAddress(),
                        true)
                : new CurriculumEvent.Referenced(record, selected);
    }

    /** The event of a sample whose bytes were fetched, or are missing. */
    CurriculumEvent complete(CurriculumEvent.Referenced referenced, FetchOutcome outcome) {
        TeacherOutput output = referenced.selected().getTeacherOutput();
        Sample sample = output.getSample();
        String source = sample.getSource().intern();
        if (outcome instanceof FetchOutcome.Missing gone) {
            String object = "%s, of the sample in partition %d at offset %d (offset %d of the curriculum)"
                    .formatted(
                            gone.detail(),
                            output.getPosition().getPartition(),
                            output.getPosition().getOffset(),
                            referenced.offset());
            return new CurriculumEvent.Missing(referenced.offset(), source, gone.reason(), object, false);
        }
        SelectedSample.Builder whole = referenced.selected().toBuilder();
        whole.getTeacherOutputBuilder().getSampleBuilder().setPayload(((FetchOutcome.Found) outcome).bytes());
        return learnable(
                referenced.original(), whole.build(), source, sample.hasLabel() ? sample.getLabel() : NO_LABEL);
    }

    private CurriculumEvent learnable(
            ConsumerRecord<byte[], byte[]> record, SelectedSample selected, String source, int label) {
        TeacherOutput output = selected.getTeacherOutput();
        int decoder = decoders.version(record.offset(), output);
        try {
            return new CurriculumEvent.Selected(new TrainingSample(
                    record.offset(),
                    pixels.read(output.getSample(), decoder),
                    answers.read(output, selected.getPseudoLabel()),
                    label,
                    new Selection(
                            source,
                            selected.getPolicyGeneration(),
                            selected.getNoiseValue(),
                            selected.getThreshold(),
                            output.getSampleTimeMillis()),
                    decoder,
                    LearnedRecords.crc32(record.value()),
                    TraceHeaders.sampled(record.headers())));
        } catch (BadPredictionException e) {
            return refused(record, e.reason(), e.detail());
        } catch (InvalidSampleException e) {
            return refused(record, e.reason(), e.detail());
        }
    }

    private static CurriculumEvent refused(ConsumerRecord<byte[], byte[]> record, Enum<?> reason, String detail) {
        return new CurriculumEvent.Refused(record, reason, detail);
    }
}
