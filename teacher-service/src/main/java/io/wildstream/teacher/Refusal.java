// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

/** Why a record becomes a dead letter, beyond what the sample decoder finds. */
public enum Refusal {
    /** Not a {@code Sample} or {@code EndOfStream}, or a sample without a usable id. */
    MALFORMED,
    /** The field of a record of the user's own that should hold the image is not there. */
    MISSING_FIELD,
    /** The field that should hold the image as base64 holds something else. */
    NOT_BASE64,
    /** An output came with the sample, and {@code wildstream.teacher.accept-outputs} does not say that it may. */
    OUTPUTS_NOT_ALLOWED,
    /** The output that came with the sample is not of the teacher that answers. */
    WRONG_TEACHER,
    /** The output that came with the sample has another number of logits than the teacher has classes. */
    WRONG_CLASS_COUNT,
    /** The output that came with the sample has features, but not as many as the teacher. */
    WRONG_FEATURE_COUNT,
    /** The output that came with the sample has neither features nor, where the teacher omits them, their norm. */
    MISSING_FEATURES,
    /** The teacher fails on this sample, alone and again, while it answers others. */
    MODEL_FAILED,
    /** The teacher's output, or the one that came with the sample, holds a value that is not finite, or not in the wire encoding. */
    NON_FINITE_OUTPUT,
    /** The output would exceed the largest message, or what a reference names has more bytes than are read. */
    TOO_LARGE,
    /** The store says that there is nothing where the reference points. */
    NOT_FOUND,
    /** What is where the reference points has another digest or size than the reference states. */
    DIGEST_MISMATCH,
    /** The operator did not allow the address, or the store does not let this service read it. */
    NOT_ALLOWED,
    /** The store did not answer for as long as it is waited for. */
    UNAVAILABLE
}
