// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.trainer.curriculum.RecordParser.Reason;

/** Reads and checks what the teacher predicts. */
final class PredictionReader {

    /** Digests are kept for good; a SHA-256 has 64 digits. */
    private static final int MAX_DIGEST = 128;

    private static final float[] NONE = {};

    private final int classes;

    PredictionReader(int classes) {
        this.classes = classes;
    }

    TeacherPrediction read(TeacherOutput output, int pseudoLabel) throws BadPredictionException {
        float[] logits = logits(output);
        if (pseudoLabel < 0 || pseudoLabel >= classes) {
            throw new BadPredictionException(
                    Reason.BAD_LABEL,
                    "pseudo-label " + Integer.toUnsignedString(pseudoLabel) + " of " + classes + " classes");
        }
        String digest = output.getTeacher().getDigest();
        if (digest.length() > MAX_DIGEST) {
            throw new BadPredictionException(
                    Reason.BAD_TEACHER, "a teacher's digest of " + digest.length() + " characters");
        }
        float norm = output.getFeatureNorm();
        return new TeacherPrediction(
                logits, features(output), Float.isFinite(norm) && norm > 0 ? norm : 0, pseudoLabel, digest.intern());
    }

    private float[] logits(TeacherOutput output) throws BadPredictionException {
        float[] logits;
        try {
            logits = Vectors.unpack(output.getEncoding(), output.getLogits());
        } catch (IllegalArgumentException e) {
            throw new BadPredictionException(Reason.BAD_LOGITS, String.valueOf(e.getMessage()));
        }
        if (logits.length != classes) {
            throw new BadPredictionException(
                    Reason.BAD_LOGITS, logits.length + " logits, the student has " + classes + " classes");
        }
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new BadPredictionException(Reason.BAD_LOGITS, "a logit is " + logit);
            }
        }
        return logits;
    }

    /** Features that cannot be read count as left out: not every student needs them. */
    private static float[] features(TeacherOutput output) {
        try {
            float[] features = Vectors.unpack(output.getEncoding(), output.getFeatures());
            for (float feature : features) {
                if (!Float.isFinite(feature)) {
                    return NONE;
                }
            }
            return features;
        } catch (IllegalArgumentException e) {
            return NONE;
        }
    }
}
