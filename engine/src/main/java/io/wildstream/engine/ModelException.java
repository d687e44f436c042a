// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

/** A model directory that cannot be used; the message says what is wrong with it and how to mend it. */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
