// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

/** The reason that an exception gives, never blank. */
public final class Reasons {

    private Reasons() {}

    /** The message, or the exception's name where it has none. */
    public static String of(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.toString() : message;
    }
}
