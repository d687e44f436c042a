// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.input;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.sample.OutputSamples;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.selection.ScoredOutput;
import java.io.IOException;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of a record into something to decide on, or into the reason why not; never throws for what the bytes hold. */
public final class TeacherOutputReader {

    /** Most classes of a teacher. */
    public static final int MAX_CLASSES = 65536;

    /** Room that key, headers, decision and batch take in a record of a curriculum, bytes. */
    public static final int RECORD_MARGIN = 4096;

    private TeacherOutputReader() {}

    /** What a record turned out to be. */
    public sealed interface Reading {}

    /** A teacher output with its logits and noise value. Its vectors and payload are views of the record's bytes. */
    public record Output(TeacherOutput message, ScoredOutput scored) implements Reading {}

    /** The end of one partition of the stream. */
    public record End(EndOfStream message) implements Reading {}

    /** Bad input. */
    public record Refused(RejectionReason reason, String detail) implements Reading {}

    /** Reads a record of a partition of {@code teacher-outputs}, whatever it is. */
    public static Reading read(Record<byte[], byte[]> record, int partition) {
        String type = CloudEvents.text(record.headers(), CloudEvents.TYPE);
        if (type == null || type.equals("wildstream.v1.TeacherOutput")) {
            return output(record.value());
        }
        if (CloudEvents.isEndOfStream(record.headers())) {
            return end(record.value(), partition);
        }
        return new Refused(RejectionReason.UNKNOWN_TYPE, "ce_type is " + type);
    }

    /** Reads a teacher output. */
    public static Reading output(byte @Nullable [] bytes) {
        if (bytes == null) {
            return new Refused(RejectionReason.MALFORMED, "the record has no value");
        }
        if (bytes.length > Topics.MAX_MESSAGE_BYTES - RECORD_MARGIN) {
            return new Refused(RejectionReason.TOO_LARGE, "the teacher output has " + bytes.length + " bytes");
        }
        try {
            return score(parse(bytes));
        } catch (IOException e) {
            return new Refused(RejectionReason.MALFORMED, "not a TeacherOutput: " + e.getMessage());
        }
    }

    /** Reads an end marker that came in a partition. */
    public static Reading end(byte @Nullable [] bytes, int partition) {
        if (bytes == null) {
            return new Refused(RejectionReason.MALFORMED, "the record has no value");
        }
        try {
            EndOfStream end = EndOfStream.parseFrom(bytes);
            if (end.getSourcePartition() != partition || end.getPartitions() <= partition) {
                String detail = "end of partition " + end.getSourcePartition() + " of " + end.getPartitions()
                        + " found in partition " + partition;
                return new Refused(RejectionReason.MALFORMED, detail);
            }
            return new End(end);
        } catch (InvalidProtocolBufferException e) {
            return new Refused(RejectionReason.MALFORMED, "not an EndOfStream: " + e.getMessage());
        }
    }

    private static TeacherOutput parse(byte[] bytes) throws IOException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        input.enableAliasing(true);
        TeacherOutput message = TeacherOutput.parseFrom(input);
        input.checkLastTagWas(0);
        return message;
    }

    private static Reading score(TeacherOutput message) {
        VectorEncoding encoding = message.getEncoding();
        if (encoding == VectorEncoding.VECTOR_ENCODING_UNSPECIFIED || encoding == VectorEncoding.UNRECOGNIZED) {
            return new Refused(RejectionReason.UNKNOWN_ENCODING, "vector encoding " + message.getEncodingValue());
        }
        if (message.hasSample() == message.hasHead()) {
            String what = message.hasSample() ? "both a sample and a head" : "neither a sample nor a head";
            return new Refused(RejectionReason.MALFORMED, "the teacher output has " + what);
        }
        SamplePosition position = message.getPosition();
        if (!message.hasPosition() || position.getPartition() < 0 || position.getOffset() < 0) {
            return new Refused(RejectionReason.MISSING_POSITION, "the teacher output has no valid sample position");
        }
        float[] logits;
        try {
            logits = Vectors.unpack(encoding, message.getLogits());
        } catch (IllegalArgumentException e) {
            return new Refused(RejectionReason.MALFORMED, "logits: " + e.getMessage());
        }
        if (logits.length == 0 || logits.length > MAX_CLASSES) {
            return new Refused(RejectionReason.WRONG_CLASS_COUNT, logits.length + " logits");
        }
        if (!finite(logits) || !Float.isFinite(message.getFeatureNorm())) {
            return new Refused(RejectionReason.NON_FINITE, "a logit or the feature norm is not finite");
        }
        ScoredOutput scored = ScoredOutput.of(
                position.getPartition(),
                position.getOffset(),
                logits,
                message.getFeatureNorm(),
                OutputSamples.source(message));
        return new Output(message, scored);
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
