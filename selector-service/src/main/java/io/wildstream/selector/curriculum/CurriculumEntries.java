// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.wildstream.contracts.sample.OutputSamples;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.input.TeacherOutputReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The bytes of what the selector writes. A selected sample is built around the teacher output's own bytes, which are copied once and
 * neither parsed into objects nor serialised again, so that nothing in them can change on the way.
 */
public final class CurriculumEntries {

    private CurriculumEntries() {}

    /**
     * The bytes of a teacher output that has the head of a sample, with the sample instead.
     *
     * @param sample a serialised {@code Sample}
     * @return the parts, to be written one after another
     */
    public static byte[][] withSample(TeacherOutput output, byte[] sample) {
        byte[] tag = new byte
                [CodedOutputStream.computeTagSize(TeacherOutput.SAMPLE_FIELD_NUMBER)
                        + CodedOutputStream.computeUInt32SizeNoTag(sample.length)];
        CodedOutputStream out = CodedOutputStream.newInstance(tag);
        try {
            out.writeTag(TeacherOutput.SAMPLE_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(sample.length);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the computed size cannot overflow", e);
        }
        return new byte[][] {tag, sample, output.toBuilder().clearHead().build().toByteArray()};
    }

    /**
     * A {@code CurriculumRecord} with a {@code SelectedSample}.
     *
     * @param teacherOutput the bytes of a teacher output, in parts that follow one another
     */
    public static byte[] selected(byte[][] teacherOutput, ScoredSample scored, double threshold, long generation) {
        int outputSize =
                Arrays.stream(teacherOutput).mapToInt(part -> part.length).sum();
        int bodySize = CodedOutputStream.computeTagSize(SelectedSample.TEACHER_OUTPUT_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(outputSize)
                + outputSize
                + CodedOutputStream.computeDoubleSize(SelectedSample.NOISE_VALUE_FIELD_NUMBER, scored.noiseValue())
                + CodedOutputStream.computeUInt32Size(SelectedSample.PSEUDO_LABEL_FIELD_NUMBER, scored.pseudoLabel())
                + CodedOutputStream.computeDoubleSize(SelectedSample.THRESHOLD_FIELD_NUMBER, threshold)
                + CodedOutputStream.computeUInt64Size(SelectedSample.POLICY_GENERATION_FIELD_NUMBER, generation)
                + CodedOutputStream.computeDoubleSize(SelectedSample.SCORE_FIELD_NUMBER, scored.score());
        int size = CodedOutputStream.computeTagSize(CurriculumRecord.SELECTED_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(bodySize)
                + bodySize;
        byte[] bytes = new byte[size];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeTag(CurriculumRecord.SELECTED_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(bodySize);
            out.writeTag(SelectedSample.TEACHER_OUTPUT_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(outputSize);
            for (byte[] part : teacherOutput) {
                out.writeRawBytes(part);
            }
            out.writeDouble(SelectedSample.NOISE_VALUE_FIELD_NUMBER, scored.noiseValue());
            out.writeUInt32(SelectedSample.PSEUDO_LABEL_FIELD_NUMBER, scored.pseudoLabel());
            out.writeDouble(SelectedSample.THRESHOLD_FIELD_NUMBER, threshold);
            out.writeUInt64(SelectedSample.POLICY_GENERATION_FIELD_NUMBER, generation);
            out.writeDouble(SelectedSample.SCORE_FIELD_NUMBER, scored.score());
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the computed size cannot overflow", e);
        }
        return bytes;
    }

    /** A {@code CurriculumRecord} with an end marker. */
    public static byte[] end(EndOfStream end) {
        return CurriculumRecord.newBuilder().setEndOfStream(end).build().toByteArray();
    }

    /** A {@code RejectedSample}. */
    public static byte[] notKept(
            Curriculum curriculum, TeacherOutputReader.Output output, ScoredSample scored, double threshold) {
        return RejectedSample.newBuilder()
                .setCurriculum(curriculum.name())
                .setSampleId(OutputSamples.id(output.message()))
                .setSource(OutputSamples.source(output.message()))
                .setPosition(output.message().getPosition())
                .setNoiseValue(scored.noiseValue())
                .setPseudoLabel(scored.pseudoLabel())
                .setThreshold(threshold)
                .setPolicyGeneration(curriculum.generation())
                .setScore(scored.score())
                .build()
                .toByteArray();
    }
}
