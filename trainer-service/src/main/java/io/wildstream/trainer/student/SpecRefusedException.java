// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

/** A spec that this trainer cannot learn by; the message names the field. */
public final class SpecRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    SpecRefusedException(String message) {
        super(message);
    }

    /** What is wrong, in words. */
    public String problem() {
        return String.valueOf(getMessage());
    }

    SpecRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
