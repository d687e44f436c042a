// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.trace.TraceHeaders;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
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

    /** A parser that reads each sample by the decoder that its record names. */
    public RecordParser(String student, ModelDescription description, SkipRules skips) {
        this(student, description, skips, Decoders.OF_RECORDS);
    }

    /**
     * A parser for one student.
     *
     * @param description shape, classes and normalisation of what the student reads
     * @param skips what it leaves out
     * @param decoders by which it reads pixels
     */
    public RecordParser(String student, ModelDescription description, SkipRules skips, Decoders decoders) {
        this.student = student;
        this.classes = description.classCount();
        this.pixels = new PixelReader(description);
        this.answers = new PredictionReader(description.classCount());
        this.skips = skips;
        this.decoders = decoders;
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
