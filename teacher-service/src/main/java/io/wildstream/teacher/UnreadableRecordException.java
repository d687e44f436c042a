// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

/** A record that holds no sample: a matter for a dead letter, not for the stage. Carries no stack trace. */
public final class UnreadableRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Enum<?> reason;

    /**
     * Makes one.
     *
     * @param reason a constant of {@link Refusal} or of the sample decoder's reasons
     * @param detail the reason in words
     */
    public UnreadableRecordException(Enum<?> reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** Why, for the dead letter's reason header. */
    public Enum<?> reason() {
        return reason;
    }

    /** More about it, in words. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
