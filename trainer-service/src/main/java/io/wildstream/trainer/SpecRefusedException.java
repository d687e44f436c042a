// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

/** A spec that this trainer cannot learn by; the message names the field. */
final class SpecRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    SpecRefusedException(String message) {
        super(message);
    }

    /** What is wrong, in words. */
    String problem() {
        return String.valueOf(getMessage());
    }

    SpecRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
