// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

/** A sample that no network can read: a matter for a dead letter, not for the stage. Carries no stack trace. */
public final class InvalidSampleException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with a sample. */
    public enum Reason {
        /** No payload. */
        EMPTY,
        /** A content type other than the three that are read, or one with bad parameters. */
        UNSUPPORTED_CONTENT_TYPE,
        /** The image codec refused the bytes. */
        UNDECODABLE,
        /** The payload is larger than allowed. */
        TOO_MANY_BYTES,
        /** The image's header declares more pixels than allowed. */
        TOO_MANY_PIXELS,
        /** Another image size, channel count or payload length than the model's. */
        WRONG_SHAPE,
        /** Decoding the file would take far more time than its size warrants. */
        TOO_COSTLY,
        /** The teacher's pixels were made by a later version of the decoder. */
        UNKNOWN_DECODER,
        /** A view of a sample that is no image. */
        VIEW_OF_TENSOR,
        /** A value is NaN or infinite, or not within the bounds: of images [0, 1], of tensors what the model states. */
        NON_FINITE
    }

    private final Reason reason;

    public InvalidSampleException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** What is wrong, for the dead letter's reason header. */
    public Reason reason() {
        return reason;
    }

    /** More about it, in words. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
