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
    /** The teacher fails on this sample, alone and again, while it answers others. */
    MODEL_FAILED,
    /** The teacher's output holds a value that is not finite, or not in the wire encoding. */
    NON_FINITE_OUTPUT,
    /** The output would exceed the largest message. */
    TOO_LARGE
}
