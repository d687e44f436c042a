// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SampleHead;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Encodes a model's outputs, and those that came with samples, as messages; outputs that are not finite, or not in the wire encoding,
 * become refusals.
 */
final class TeacherOutputEncoder {

    /** From here on a value rounds to infinity in binary16. */
    private static final float FLOAT16_OVERFLOW = 65520f;

    private final VectorEncoding encoding;
    private final BooleanSupplier light;
    private final float limit;

    /** @param light asked for each output: whether it goes without the payload of its sample */
    TeacherOutputEncoder(VectorEncoding encoding, BooleanSupplier light) {
        this.encoding = encoding;
        this.light = light;
        this.limit = encoding == VectorEncoding.VECTOR_ENCODING_FLOAT16 ? FLOAT16_OVERFLOW : Float.POSITIVE_INFINITY;
    }

    /** The outcome of the sample at {@code index} of a batch. */
    Outcome encode(Teacher teacher, ConsumerRecord<byte[], byte[]> record, Sample sample, Outputs outputs, int index) {
        int firstLogit = index * outputs.classes();
        int firstFeature = index * outputs.featureSize();
        if (!usable(outputs.logits(), firstLogit, outputs.classes())) {
            return unusable(record, "a logit of the teacher", outputs.logits(), firstLogit, outputs.classes());
        }
        if (!usable(outputs.features(), firstFeature, outputs.featureSize())) {
            return unusable(
                    record, "a feature of the teacher", outputs.features(), firstFeature, outputs.featureSize());
        }
        ByteString features = teacher.omitsFeatures()
                ? ByteString.EMPTY
                : Vectors.pack(encoding, outputs.features(), firstFeature, outputs.featureSize());
        TeacherOutput output = output(teacher, record, sample)
                .setLogits(Vectors.pack(encoding, outputs.logits(), firstLogit, outputs.classes()))
                .setFeatures(features)
                .setFeatureNorm(norm(outputs.features(), firstFeature, outputs.featureSize()))
                .build();
        return new Outcome.Scored(record, output);
    }

    /**
     * The outcome of a sample whose output came with it: the same record as of a forward pass, but for the note of where it came from.
     *
     * @param features empty when the teacher omits them and the sample came without
     * @param norm of the features
     */
    Outcome passOn(
            Teacher teacher,
            ConsumerRecord<byte[], byte[]> record,
            Sample sample,
            float[] logits,
            float[] features,
            float norm) {
        if (!usable(logits, 0, logits.length)) {
            return unusable(record, "a logit that came with the sample", logits, 0, logits.length);
        }
        if (!usable(features, 0, features.length)) {
            return unusable(record, "a feature that came with the sample", features, 0, features.length);
        }
        ByteString packed =
                teacher.omitsFeatures() ? ByteString.EMPTY : Vectors.pack(encoding, features, 0, features.length);
        TeacherOutput output = output(
                        teacher, record, sample.toBuilder().clearOutput().build())
                .setLogits(Vectors.pack(encoding, logits, 0, logits.length))
                .setFeatures(packed)
                .setFeatureNorm(norm)
                .setPrecomputedBy(sample.getOutput().getSender())
                .build();
        return new Outcome.Scored(record, output);
    }

    private TeacherOutput.Builder output(Teacher teacher, ConsumerRecord<byte[], byte[]> record, Sample sample) {
        TeacherOutput.Builder output = TeacherOutput.newBuilder();
        // What was fetched is nowhere else in Kafka.
        if (!sample.hasReference() && light.getAsBoolean()) {
            output.setHead(head(sample));
        } else {
            output.setSample(sample);
        }
        return output.setTeacher(teacher.reference())
                .setEncoding(encoding)
                .setPosition(SamplePosition.newBuilder()
                        .setPartition(record.partition())
                        .setOffset(record.offset()))
                .setSampleTimeMillis(Math.max(0, record.timestamp()))
                .setDecoder(SampleDecoder.VERSION);
    }

    private static SampleHead head(Sample sample) {
        SampleHead.Builder head = SampleHead.newBuilder().setId(sample.getId()).setSource(sample.getSource());
        if (sample.hasView()) {
            head.setView(sample.getView());
        }
        return head.build();
    }

    /** Euclidean norm, summed in double precision. */
    static float norm(float[] values, int offset, int length) {
        double sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += (double) values[i] * values[i];
        }
        return (float) Math.sqrt(sum);
    }

    private boolean usable(float[] values, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!isUsable(values[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean isUsable(float value) {
        return Math.abs(value) < limit;
    }

    private Outcome unusable(
            ConsumerRecord<byte[], byte[]> record, String what, float[] values, int offset, int length) {
        int index = 0;
        while (index < length - 1 && isUsable(values[offset + index])) {
            index++;
        }
        String detail =
                what + " is not a finite number in " + encoding + ": index " + index + " is " + values[offset + index];
        return new Outcome.Refused(record, Refusal.NON_FINITE_OUTPUT, detail);
    }
}
