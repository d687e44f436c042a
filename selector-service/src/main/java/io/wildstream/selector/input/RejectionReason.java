// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.input;

/** Why a record of {@code teacher-outputs} became a dead letter; in lower case the header's code and the metric's label. */
public enum RejectionReason {
    /** No value, or not the protobuf message that it says it is, or a vector that does not hold whole numbers. */
    MALFORMED,
    /** The {@code ce_type} header names a type that has no place in the topic. */
    UNKNOWN_TYPE,
    /** The encoding of the vectors is none that this version knows. */
    UNKNOWN_ENCODING,
    /** There are no logits, or more than a policy can hold classes for. */
    WRONG_CLASS_COUNT,
    /** A logit or the feature norm is NaN or infinite. */
    NON_FINITE,
    /** The position in {@code samples} is missing or negative. */
    MISSING_POSITION,
    /** As a record of a curriculum it would be larger than Kafka takes. */
    TOO_LARGE,
    /** It was selected, but its payload is no longer in {@code samples}. */
    SAMPLE_EXPIRED,
    /** It was selected, but another sample is in its place: {@code samples} was made again. */
    SAMPLE_CHANGED
}
