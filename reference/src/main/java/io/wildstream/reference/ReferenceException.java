// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

/** The bytes that a reference names cannot be had: a matter for a dead letter or for another attempt. Carries no stack trace. */
public final class ReferenceException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. The lower-case name is the reason of a dead letter. */
    public enum Reason {
        /** The store says that there is nothing at the address. */
        NOT_FOUND,
        /** What is there has another digest or another size than the reference states. */
        DIGEST_MISMATCH,
        /** What is there has more bytes than may be read. */
        TOO_LARGE,
        /** The operator did not allow the address, or whoever owns it does not let this process read it. */
        NOT_ALLOWED,
        /** The store does not answer: another attempt may succeed. */
        UNAVAILABLE
    }

    private final Reason reason;

    public ReferenceException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** Why, for the dead letter's reason header. */
    public Reason reason() {
        return reason;
    }

    /** More about it, in words; names the address. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Whether another attempt may succeed. */
    public boolean isTransient() {
        return reason == Reason.UNAVAILABLE;
    }
}
