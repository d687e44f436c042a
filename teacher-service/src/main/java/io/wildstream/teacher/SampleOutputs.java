// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Samples with the outputs of the teacher that came with them, in the sample itself or in the record's header. An output is passed on when
 * the source accepts outputs and it is one of the teacher that answers; whatever else it is, it is refused before the payload is looked at.
 */
final class SampleOutputs {

    private static final float[] NONE = {};

    private final SampleSource source;
    private final TeacherOutputEncoder encoder;

    SampleOutputs(SampleSource source, TeacherOutputEncoder encoder) {
        this.source = source;
        this.encoder = encoder;
    }

    /**
     * The sample that a record holds, with its output if it came with one.
     *
     * @throws UnreadableRecordException when it holds none, or one with an output that is not accepted or not readable
     */
    Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        Header header = record.headers().lastHeader(OutputHeader.NAME);
        if (header != null) {
            requireAccepted();
        }
        Sample sample = source.read(record);
        if (sample.hasOutput()) {
            requireAccepted();
        }
        if (header == null) {
            return sample;
        }
        if (sample.hasOutput()) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED, "an output is both in the sample and in the header " + OutputHeader.NAME);
        }
        return sample.toBuilder().setOutput(OutputHeader.parse(header.value())).build();
    }

    /**
     * The outcome of a sample that came with its output, as far as that is known before the payload is decoded.
     *
     * @throws UnreadableRecordException when it is not an output of this teacher
     */
    Outcome passedOn(Teacher teacher, ConsumerRecord<byte[], byte[]> record, Sample sample)
            throws UnreadableRecordException {
        PrecomputedOutput output = sample.getOutput();
        check(teacher, output);
        float[] logits = new float[output.getLogitsCount()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = output.getLogits(i);
        }
        float[] features = output.getFeaturesCount() == 0 ? NONE : new float[output.getFeaturesCount()];
        for (int i = 0; i < features.length; i++) {
            features[i] = output.getFeatures(i);
        }
        float norm = features.length == 0
                ? output.getFeatureNorm()
                : TeacherOutputEncoder.norm(features, 0, features.length);
        if (!(norm >= 0 && Float.isFinite(norm)) && isFinite(features)) {
            throw new UnreadableRecordException(
                    Refusal.NON_FINITE_OUTPUT,
                    "the norm of the features that came with the sample is " + norm
                            + ", expected a finite number that is not negative");
        }
        return encoder.passOn(teacher, record, sample, logits, features, norm);
    }

    private void requireAccepted() throws UnreadableRecordException {
        if (!source.acceptsOutputs()) {
            throw new UnreadableRecordException(
                    Refusal.OUTPUTS_NOT_ALLOWED,
                    "an output came with the sample: set wildstream.teacher.accept-outputs=true to pass such outputs on, or send the"
                            + " sample without it");
        }
    }

    private static void check(Teacher teacher, PrecomputedOutput output) throws UnreadableRecordException {
        String digest = teacher.reference().getDigest();
        if (digest.isEmpty() || !digest.equalsIgnoreCase(output.getDigest())) {
            throw new UnreadableRecordException(
                    Refusal.WRONG_TEACHER,
                    "the output is of the teacher with the digest '" + shown(output.getDigest()) + "', but '"
                            + teacher.reference().getName() + "' with the digest '" + digest + "' answers");
        }
        if (output.getSender().length() > SampleSource.MAX_ID) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED,
                    "the sender of the output has " + output.getSender().length() + " characters, expected at most "
                            + SampleSource.MAX_ID);
        }
        int classes = teacher.description().classes().size();
        if (output.getLogitsCount() != classes) {
            throw new UnreadableRecordException(
                    Refusal.WRONG_CLASS_COUNT,
                    "the output has " + output.getLogitsCount() + " logits, the teacher has " + classes + " classes");
        }
        checkFeatures(teacher, output);
    }

    private static void checkFeatures(Teacher teacher, PrecomputedOutput output) throws UnreadableRecordException {
        int size = teacher.description().featureSize();
        int count = output.getFeaturesCount();
        if (count != 0 && count != size) {
            throw new UnreadableRecordException(
                    Refusal.WRONG_FEATURE_COUNT, "the output has " + count + " features, the teacher has " + size);
        }
        if (count == 0 && !teacher.omitsFeatures()) {
            throw new UnreadableRecordException(
                    Refusal.MISSING_FEATURES,
                    "the output has no features: send them, or set the teacher with omit_features and send their norm");
        }
        if (count == 0 && !output.hasFeatureNorm()) {
            throw new UnreadableRecordException(
                    Refusal.MISSING_FEATURES, "the output has neither features nor feature_norm");
        }
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static String shown(String digest) {
        return digest.length() <= SampleSource.MAX_ID ? digest : digest.substring(0, SampleSource.MAX_ID) + "...";
    }
}
